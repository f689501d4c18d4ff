import type { Chat } from './chat.js'

const members = {
  bot: true,
  botCalled: true,
  user: true,
  room: true,
  advance: true,
  restartBot: true,
  restartServer: true,
  toDeliverExactlyOnce: true,
  toPreserveOrder: true,
  close: true,
  [Symbol.asyncDispose]: true,
} as const satisfies Record<keyof Chat, true>

const notYet = 'harness() is a promise of a chat, and no chat yet: write "await using chat = await harness(…)".'

/**
 * The same promise of a chat, which tells whoever takes it for the chat that an `await` is missing. Such a chat is closed when it
 * is there, since nobody gets hold of it.
 */
export const unopened = <TChat extends Pick<Chat, 'close'>>(opening: Promise<TChat>): Promise<TChat> => {
  let isTaken = false
  const taken = (): never => {
    if (!isTaken) opening.then((chat) => chat.close()).catch(() => {})
    isTaken = true
    const error = new TypeError(notYet)
    // The line is that of the test.
    Error.captureStackTrace(error, taken)
    throw error
  }
  for (const member of Reflect.ownKeys(members)) Object.defineProperty(opening, member, { get: taken })
  return opening
}
