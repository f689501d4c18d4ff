/** A line of pino's as a person reads it: `12:03:59 warn   What happened  client=ana vendor=acme`. */
export const prettyLine = (json: string): string => {
  const { time, level, msg, pid: _pid, hostname: _hostname, ...fields } = JSON.parse(json)
  const rest = Object.entries(fields).map(([name, value]) => `${name}=${shown(value)}`)
  return `${[clockOf(time), level.padEnd(longestLevel), msg, ...rest].join('  ').trimEnd()}\n`
}

const longestLevel = 'error'.length

const clockOf = (time: number): string => {
  const date = new Date(time)
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':')
}

const shown = (value: unknown): string =>
  typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value)
