import type { Message } from '@daakia/client-sdk'
import { textOf } from '../failure/text-of.js'

/** Whether this is what a test expects to hear. */
export const fits = (message: Message, expected: string | RegExp): boolean =>
  typeof expected === 'string'
    ? namesOf(message).includes(expected)
    : // `search` does not move the `lastIndex` of a global pattern, as `test` would.
      textOf(message).search(expected) >= 0

/** What a message may be called: all of it as text, or what is above its answers, fields or buttons. */
export const namesOf = (message: Message): readonly string[] =>
  [textOf(message), ...headlines(message)].filter((name) => name !== undefined)

/** What names a question with its answers, or a card with its buttons, as well as all of its text does. */
const headlines = ({ content }: Message): (string | undefined)[] => {
  if (!content.ok) return []
  switch (content.type) {
    case 'choices':
      return [content.body.text]
    case 'card':
    case 'form':
      return [content.body.title, content.body.text]
    default:
      return []
  }
}
