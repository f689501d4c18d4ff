import type { Draft } from '@daakia/client-sdk'
import { plainText } from './plain-text.js'

/**
 * A message as lines of a transcript: `ana> ` before what `me` has said, `order-bot< ` before what others have.
 * Further lines of one text are indented as far as its first. `undefined` for what people are not shown.
 */
export const transcriptOf = (message: Draft, me: string): string | undefined => {
  const text = plainText(message)
  if (text === undefined) return undefined
  const prefix = `${message.from}${message.from === me ? '>' : '<'} `
  return `${prefix}${text.trimEnd().replaceAll('\n', `\n${' '.repeat(prefix.length)}`)}\n`
}
