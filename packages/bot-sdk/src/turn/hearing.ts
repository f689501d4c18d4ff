import { type Envelope, type FoundBody, readEncodedBody } from '@daakia/protocol'
import type { AnyEventObject } from 'xstate'
import type { Around } from '../authoring/around.js'
import type { Bot } from '../authoring/bot.js'
import { type ActionHeard, type HeardMessage, type MessageHeard, mannerOf, type RunInput } from '../authoring/heard.js'
import { isLocale, isTimeZone } from '../authoring/manner.js'
import type { Run } from '../engine/port.js'
import { intentEvents } from '../understanding/intent.js'
import type { Meaning } from './meanings.js'
import { asideOf, isOffered } from './turning-aside.js'

/** The message as the author's code sees it. */
export function hear(envelope: Envelope): HeardMessage {
  const read = readEncodedBody(envelope)
  const property = (name: string) => envelope.properties?.find(([key]) => key === name)?.[1]
  return {
    ...envelope,
    text: textOf(read),
    ...mannerOf({ locale: known(isLocale, property('locale')), timeZone: known(isTimeZone, property('time-zone')) }),
  }
}

function textOf(read: FoundBody): string {
  if (!read.ok) return ''
  if (read.type === 'text') return read.body.text
  return read.type === 'action' && isWritten(read.body.value) ? String(read.body.value) : ''
}

/** What a person could have written in place of pressing the button. */
const isWritten = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value)

/** What is no language or no time zone is left out: it would break whatever writes by it. */
const known = (isKnown: (name: string) => boolean, name: string | undefined) =>
  name !== undefined && isKnown(name) ? name : undefined

/** Messages that are taken as one: the last of them, with what was written in all. */
export function joined(burst: readonly HeardMessage[]): HeardMessage | undefined {
  const last = burst.at(-1)
  return burst.length < 2 || !last ? last : { ...last, text: burst.map(({ text }) => text).join('\n'), burst }
}

/** Whether the message may be one of a burst: a text of which nothing more specific was made. */
export const isPlainText = (meaning: Meaning, bot: Bot, run: Run | undefined): boolean =>
  meaning.message.type === 'text' && meaning.message.text !== '' && meaningsOf(meaning, bot, run).length === 1

/** What the message may mean, the most telling first. */
export function meaningsOf(
  { message, understood }: Meaning,
  bot: Bot,
  run: Run | undefined,
): readonly AnyEventObject[] {
  const plain: MessageHeard = { type: 'message', text: message.text, message }
  const event = recognised(message, bot, run)
  const actions = message.type === 'action' ? actionsOf(message) : []
  if (event) return [{ message, ...event }, ...actions, plain]
  const isIntent = understood !== undefined && !isOffered(message, run)
  return [...actions, ...(isIntent ? intentEvents(understood, message) : []), plain]
}

/** Whether recognisers are asked: not about what the bot's own `recognise`, a way to turn aside or an offered answer stands for. */
export function isToBeUnderstood(message: HeardMessage, bot: Bot, run: Run | undefined): boolean {
  if (bot.understand.length === 0 || message.text === '') return false
  return !run || !(isOffered(message, run) || recognised(message, bot, run))
}

const recognised = (message: HeardMessage, bot: Bot, run: Run | undefined): AnyEventObject | undefined =>
  bot.recognise?.(message.text, message) ?? asideOf(message, bot, run)

function actionsOf(message: HeardMessage): readonly ActionHeard[] {
  const read = readEncodedBody(message)
  if (!read.ok || read.type !== 'action') return []
  const { id, value } = read.body
  return [{ type: 'action', id, ...(value !== undefined && { value }), message }]
}

/** The input of the run that the message begins; `before` is how the one before it spoke. */
export function inputOf(
  conversation: string,
  { message, understood }: Meaning,
  before: Partial<Around> = {},
): RunInput {
  const manner = { ...mannerOf(before), ...mannerOf(message) }
  return { conversation, client: message.from, message, ...manner, ...(understood && { understood }) }
}
