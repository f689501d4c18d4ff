import { type Envelope, payloadOf, type ReadBody, readBody } from '@daakia/protocol'
import type { AnyEventObject } from 'xstate'
import type { Around } from '../authoring/around.js'
import type { Bot } from '../authoring/bot.js'
import { type ActionHeard, type HeardMessage, type MessageHeard, mannerOf, type RunInput } from '../authoring/heard.js'
import { isLocale, isTimeZone } from '../authoring/manner.js'
import type { Run } from '../engine/port.js'
import { asideOf } from './turning-aside.js'

/** The message as the author's code sees it. */
export function hear(envelope: Envelope): HeardMessage {
  const { type, contentType } = envelope
  const read = readBody({ type, contentType, payload: payloadOf(envelope) })
  const property = (name: string) => envelope.properties?.find(([key]) => key === name)?.[1]
  return {
    ...envelope,
    text: textOf(read),
    ...mannerOf({ locale: known(isLocale, property('locale')), timeZone: known(isTimeZone, property('time-zone')) }),
  }
}

function textOf(read: ReadBody): string {
  if (!read.ok) return ''
  if (read.type === 'text') return read.body.text
  return read.type === 'action' && typeof read.body.value === 'string' ? read.body.value : ''
}

/** What is no language or no time zone is left out: it would break whatever writes by it. */
const known = (isKnown: (name: string) => boolean, name: string | undefined) =>
  name !== undefined && isKnown(name) ? name : undefined

/** Messages that are taken as one: the last of them, with what was written in all. */
export function hearBurst(envelopes: readonly Envelope[]): HeardMessage {
  const burst = envelopes.map(hear)
  const last = burst.at(-1)
  if (!last) throw new RangeError('Nobody said anything')
  return burst.length === 1 ? last : { ...last, text: burst.map(({ text }) => text).join('\n'), burst }
}

/** Whether the message may be one of a burst: a text of which the recogniser makes nothing more specific. */
export function isPlainText(envelope: Envelope, bot: Bot, run: Run | undefined): boolean {
  const message = hear(envelope)
  return message.type === 'text' && message.text !== '' && meaningsOf(message, bot, run).length === 1
}

/** What the message may mean, the most telling first. */
export function meaningsOf(message: HeardMessage, bot: Bot, run: Run | undefined): readonly AnyEventObject[] {
  const plain: MessageHeard = { type: 'message', text: message.text, message }
  const recognised: AnyEventObject | undefined = bot.recognise?.(message.text, message) ?? asideOf(message, bot, run)
  return [
    ...(recognised ? [{ message, ...recognised }] : []),
    ...(message.type === 'action' ? actionsOf(message) : []),
    plain,
  ]
}

function actionsOf(message: HeardMessage): readonly ActionHeard[] {
  const read = readBody({ ...message, payload: payloadOf(message) })
  if (!read.ok || read.type !== 'action') return []
  const { id, value } = read.body
  return [{ type: 'action', id, ...(value !== undefined && { value }), message }]
}

/** The input of the run that the message begins; `before` is how the one before it spoke. */
export function inputOf(conversation: string, message: HeardMessage, before: Partial<Around> = {}): RunInput {
  return { conversation, client: message.from, message, ...mannerOf(before), ...mannerOf(message) }
}
