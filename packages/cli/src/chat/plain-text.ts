import type { Draft } from '@daakia/client-sdk'

/** What a terminal might take for a command, so that no message can drive it; line ends and tabs stay. */
const controls = /[^\P{Cc}\n\t]/gu

type Shown = Pick<Draft, 'text' | 'plain' | 'type' | 'payload'>

/** The message as text, or `undefined` where it is not for people. */
export const plainText = ({ text, plain, type, payload }: Shown): string | undefined => {
  if (type === 'event') return undefined
  const written = text ?? plain ?? `[${type}, ${payload.length} bytes]`
  return written.replace(/\r\n?|[\u2028\u2029]/g, '\n').replace(controls, '')
}
