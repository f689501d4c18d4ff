import type { MessageHeard, RunInput } from '@daakia/bot-sdk'

/** A message of ana's, as the machine hears it. */
export const heard = (text: string, seq = 1): MessageHeard => ({
  type: 'message',
  text,
  message: { seq, id: `m${seq}`, from: 'ana', at: 0, type: 'text', payload: text, encoding: 'utf8', text },
})

export const startedBy = (text: string, seq = 1): RunInput => ({
  conversation: 'ana~bot',
  client: 'ana',
  message: heard(text, seq).message,
})
