import type { z } from 'zod'

/** A configuration with which the server does not run, with all that is wrong with it, one sentence each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'

  /** @param where the file that they are in, where they are in one */
  constructor(
    readonly problems: readonly string[],
    where?: string,
  ) {
    super([...(where ? [`${where} can't be used:`] : []), ...problems].join(where ? '\n  ' : '\n'))
  }
}

/** What all of them come to. @throws one ConfigError, with everything that is wrong, where any of them does */
export const all = async <Results extends readonly unknown[]>(
  works: {
    [Index in keyof Results]: Promise<Results[Index]>
  },
): Promise<Results> => {
  const settled = await Promise.allSettled(works)
  const reasons: unknown[] = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []))
  const other = reasons.find((reason) => !(reason instanceof ConfigError))
  if (other !== undefined) throw other
  const [first, ...more] = reasons as ConfigError[]
  if (first) throw more.length === 0 ? first : new ConfigError([first, ...more].map(({ message }) => message))
  return Promise.all(works) as unknown as Promise<Results>
}

type Issue = Pick<z.core.$ZodIssue, 'path' | 'message'>

/** `listen.mqttPort must be a port from 0 to 65535, such as 1883, or false for none; it is "a".` */
export const problemOf = ({ path, message }: Issue): string =>
  sentence(nameOf(path).replace(/^\./, '') || 'The configuration', message)

/** The same for something that has a name of its own: `DAAKIA_ACCESS[3].topic must be …` */
export const problemIn = (name: string, { path, message }: Issue): string => sentence(`${name}${nameOf(path)}`, message)

const sentence = (subject: string, message: string): string =>
  `${subject} ${message}${/[.?]$/.test(message) ? '' : '.'}`

/** `.access[3].topic` */
const nameOf = (path: readonly PropertyKey[]): string =>
  path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')
