import type { z } from 'zod'

/** A configuration with which the server does not run, with all that is wrong with it, one sentence each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]

  /** @param where the file, where there is one */
  constructor(problems: readonly string[], where?: string) {
    super([...(where ? [`${where} can't be used:`] : []), ...problems].join(where ? '\n  ' : '\n'))
    this.problems = problems
  }
}

/** `listen.mqttPort must be a port, such as 1883, or false to do without; it is "a".` */
export const problemOf = ({ path, message }: z.core.$ZodIssue): string => sentence(nameOf(path), message)

export const sentence = (subject: string, message: string): string =>
  `${subject} ${message}${/[.?]$/.test(message) ? '' : '.'}`

/** `access[3].topic` */
const nameOf = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '') || 'The configuration'
