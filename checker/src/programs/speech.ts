/** What is asked of the bots, and what they answer: texts that say which message and which timer they are about. */

export type Verb = 'say' | 'work' | 'remind' | 'drop' | 'break'

export interface Request {
  verb: Verb
  token: string
  /** How long to work, or until the reminder. */
  ms?: number
  /** The reminder that is to be dropped. */
  of?: string
}

const request = /^(?<verb>say|work|remind|drop|break) (?<token>\S+)(?: (?<ms>\d+)ms)?(?: of (?<of>\S+))?$/

export const writeRequest = ({ verb, token, ms, of }: Request): string =>
  `${verb} ${token}${ms === undefined ? '' : ` ${ms}ms`}${of === undefined ? '' : ` of ${of}`}`

export const readRequest = (text: string): Request | undefined => {
  const { verb, token, ms, of } = request.exec(text)?.groups ?? {}
  if (!verb || !token) return undefined
  return { verb: verb as Verb, token, ...(ms !== undefined && { ms: Number(ms) }), ...(of !== undefined && { of }) }
}

export interface Answer {
  /** `re`, `set` and `dropped` answer a message; `broke` does where the bot failed at it; `ring` is a timer. */
  kind: 're' | 'set' | 'dropped' | 'broke' | 'ring'
  token: string
  /** The how many-th thing that the bot says in this conversation. */
  count: number
}

const kinds = { say: 're', work: 're', remind: 'set', drop: 'dropped', break: 'broke' } as const

export const writeAnswer = (asked: Request | undefined, count: number): string =>
  asked ? `${kinds[asked.verb]} ${asked.token} #${count}` : `re ? #${count}`

const answer = /^(?<kind>re|set|dropped|broke|ring) (?<token>\S+) #(?<count>\d+)$/

export const readAnswer = (text: string): Answer | undefined => {
  const { kind, token, count } = answer.exec(text)?.groups ?? {}
  return kind && token ? { kind: kind as Answer['kind'], token, count: Number(count) } : undefined
}

/** What the bot says of a message at which it has failed. */
export const writeFailure = (asked: Request | undefined, count: number): string =>
  `broke ${asked?.token ?? '?'} #${count}`

/** What the server says for a bot when a message or a timer was given up. */
export const apology = 'given up'
