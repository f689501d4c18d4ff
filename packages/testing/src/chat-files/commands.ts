import type { StateValue } from 'xstate'
import type { Advances, Begins, Gathers, Ignores, IsIn, Restarts } from './line.js'
import { momentOf, msOf } from './times.js'

/** What stands behind `@` in a chat file. Reading throws an error that says what is wrong. */
interface Command<TStep> {
  read(words: string): TStep
  write(step: TStep): string
}

const advance: Command<Advances> = {
  read: (words) => {
    msOf(words)
    return { kind: 'advances', duration: words }
  },
  write: ({ duration }) => `@advance ${duration}`,
}

/** `@state asking`, `@state {"asking":"dish"}`, or `@state none` where no run is going on; before it the bot, if need be. */
const state: Command<IsIn> = {
  read: (words) => {
    const { bot, value = '' } = /^(?:(?<bot>\S+): +)?(?<value>\S.*)$/s.exec(words)?.groups ?? {}
    return { kind: 'is in', ...(bot !== undefined && { bot }), state: stateFrom(value) }
  },
  write: ({ bot, state: value }) => `@state ${bot === undefined ? '' : `${bot}: `}${stateAsWritten(value)}`,
}

const restart: Command<Restarts> = {
  read: (bot) => ({ kind: 'restarts', ...(bot !== '' && { bot }) }),
  write: ({ bot }) => ['@restart', bot].filter((word) => word !== undefined).join(' '),
}

/** `@room team ana, ben, order-bot`. */
const room: Command<Gathers> = {
  read: (words) => {
    const [id = '', ...members] = words.split(/[\s,]+/).filter((word) => word !== '')
    if (members.length === 0) throw new Error('Say which room, and who is in it: "@room team ana, ben, order-bot"')
    return { kind: 'gathers', room: id, members }
  },
  write: ({ room: id, members }) => `@room ${id} ${members.join(', ')}`,
}

/** `@begin 2026-12-24T18:00:00Z`, before anything else happens. */
const begin: Command<Begins> = {
  read: (words) => {
    momentOf(words)
    return { kind: 'begins', at: words }
  },
  write: ({ at }) => `@begin ${at}`,
}

/** `@ignore the rest`. */
const ignore: Command<Ignores> = {
  read: (words) => {
    if (words !== 'the rest') throw new Error(`What is ignored is all that is not in the file: "@ignore the rest"`)
    return { kind: 'ignores' }
  },
  write: () => '@ignore the rest',
}

export const commands = { advance, state, restart, room, begin, ignore } as const

export type CommandName = keyof typeof commands

const noRun = 'none'

const stateFrom = (words: string): StateValue | undefined => {
  if (words === '') throw new Error(`Say which state: "@state asking", "@state {…}", or "@state ${noRun}"`)
  if (words === noRun) return undefined
  if (!/^[{"]/.test(words)) return words
  try {
    return JSON.parse(words) as StateValue
  } catch {
    throw new Error(`${words} is no state: write its name, or JSON such as {"asking":"dish"}`)
  }
}

const stateAsWritten = (value: StateValue | undefined): string => {
  if (value === undefined) return noRun
  const isPlain = typeof value === 'string' && /^[^\s{"][^\n]*$/.test(value) && value !== noRun
  return isPlain ? value : JSON.stringify(value)
}
