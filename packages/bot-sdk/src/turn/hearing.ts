import { type Envelope, payloadOf, readBody } from '@daakia/protocol'
import type { AnyEventObject } from 'xstate'
import type { Bot } from '../authoring/bot.js'
import type { HeardMessage, MessageHeard, RunInput } from '../authoring/heard.js'
import { recogniseBuiltIn } from '../authoring/recognise.js'

/** The message as the author's code sees it. */
export function hear(envelope: Envelope): HeardMessage {
  const { type, contentType } = envelope
  const read = readBody({ type, contentType, payload: payloadOf(envelope) })
  return { ...envelope, text: read.ok && read.type === 'text' ? read.body.text : '' }
}

/** Messages that are taken as one: the last of them, with what was written in all. */
export function hearBurst(envelopes: readonly Envelope[]): HeardMessage {
  const burst = envelopes.map(hear)
  const last = burst.at(-1)
  if (!last) throw new RangeError('Nobody said anything')
  return burst.length === 1 ? last : { ...last, text: burst.map(({ text }) => text).join('\n'), burst }
}

/** Whether the message may be one of a burst: a text of which the recogniser makes nothing more specific. */
export function isPlainText(envelope: Envelope, bot: Bot): boolean {
  const message = hear(envelope)
  return message.type === 'text' && message.text !== '' && meaningsOf(message, bot).length === 1
}

/** What the message may mean, the most telling first. */
export function meaningsOf(message: HeardMessage, bot: Bot): readonly AnyEventObject[] {
  const plain: MessageHeard = { type: 'message', text: message.text, message }
  const recognised: AnyEventObject | undefined =
    bot.recognise?.(message.text, message) ?? recogniseBuiltIn(message.text)
  return recognised ? [recognised, plain] : [plain]
}

/** The input of the run that the message begins. */
export function inputOf(conversation: string, message: HeardMessage): RunInput {
  const property = (name: string) => message.properties?.find(([key]) => key === name)?.[1]
  const locale = property('locale')
  const timeZone = property('time-zone')
  return { conversation, client: message.from, message, ...(locale && { locale }), ...(timeZone && { timeZone }) }
}
