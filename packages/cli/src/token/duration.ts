const unitSeconds = { s: 1, m: 60, h: 3_600, d: 86_400 } as const

/** Seconds of `30s`, `15m`, `12h`, `7d`; `undefined` where it is none of these. */
export const secondsOf = (duration: string): number | undefined => {
  const [, amount, unit] = /^(\d{1,9})([smhd])$/.exec(duration) ?? []
  const seconds = Number(amount) * unitSeconds[unit as keyof typeof unitSeconds]
  return seconds > 0 ? seconds : undefined
}
