import type { Clock, Random } from '../clock.js'

const clientName = /^[A-Za-z0-9._@-]{1,128}$/

/** Whether `text` may name a client: 1 to 128 of `A-Z a-z 0-9 . _ @ -`. */
export const isClientId = (text: string): boolean => clientName.test(text)

/**
 * Whether `text` may name a conversation: the same as a client, or two clients joined by `~` for a direct one. A
 * direct conversation has one name only, so its two clients differ and are sorted.
 */
export const isConversationId = (text: string): boolean => {
  const [one = '', other, ...rest] = text.split('~')
  if (other === undefined) return isClientId(one)
  return rest.length === 0 && isClientId(one) && isClientId(other) && one < other
}

/** The direct conversation of two clients: their ids, sorted, joined by `~`. */
export const directConversation = (one: string, other: string): string =>
  one < other ? `${one}~${other}` : `${other}~${one}`

/**
 * The two halves of the name of a direct conversation, or `undefined` where it does not have two. They are not
 * checked: `isConversationId` does that.
 */
export const directMembers = (conversation: string): readonly [string, string] | undefined => {
  const middle = conversation.indexOf('~')
  const isOnly = middle > 0 && middle < conversation.length - 1 && !conversation.includes('~', middle + 1)
  return isOnly ? [conversation.slice(0, middle), conversation.slice(middle + 1)] : undefined
}

const alphabet = Array.from('0123456789abcdefghjkmnpqrstvwxyz', (character) => character.charCodeAt(0))
const timeLength = 10
const idLength = 23

/**
 * Makes ids that sort by the time they were made: 10 characters of time and 13 of randomness (65 bits), Crockford's base 32.
 * Ids ordered by time keep the server's index of ids local on disk.
 */
export const idMaker = (clock: Pick<Clock, 'now'>, random: Random = Math.random) => {
  // Made in one piece: a text that is added up character by character costs several times as much.
  const codes: number[] = new Array(idLength).fill(0)
  const put = (at: number, digit: number) => {
    codes[at] = alphabet[digit] as number
  }
  return (): string => {
    for (let left = clock.now(), i = timeLength - 1; i >= 0; i--, left = Math.floor(left / 32)) put(i, left % 32)
    for (let i = timeLength; i < idLength; i++) put(i, Math.floor(random() * 32))
    return String.fromCharCode(...codes)
  }
}
