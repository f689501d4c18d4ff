import type { $ZodObject, $ZodType } from 'zod/v4/core'
import { bareText } from '../asides/bare-text.js'
import type { Around } from '../authoring/around.js'
import type { HeardMessage } from '../authoring/heard.js'
import type { Text } from '../saying/text.js'
import { answerOf } from './answers/answer-of.js'
import type { Answer, Found } from './answers/port.js'
import { beginning } from './answers/words.js'
import type { Schema } from './schema.js'
import { writtenAs } from './written-as.js'

/** One of the values that a `fill` asks for. */
export interface Slot {
  name: string
  answer: Answer<unknown>
  optional: boolean
  /** The question; absent where it is only taken when somebody says it unasked. */
  ask?: Text<Around>
  /** Said to "help" while it is asked for. */
  help?: Text<Around>
  /** What people call it, in small letters. */
  labels: readonly string[]
}

export interface SlotOptions {
  ask: Readonly<Record<string, Text<Around> | undefined>>
  help?: Readonly<Record<string, Text<Around> | undefined>>
  labels?: Readonly<Record<string, string | readonly string[] | undefined>>
  find?: Readonly<Record<string, PartOf | undefined>>
}

/** The part of a text that tells a field. */
export type PartOf = (text: string) => string | undefined

/** @throws TypeError where a slot has to be asked for and there is no question, or no text could be read as its value */
export function slotsOf(schema: $ZodObject, { ask, help = {}, labels = {}, find = {} }: SlotOptions): readonly Slot[] {
  return Object.entries(schema._zod.def.shape).map(([name, field]) => {
    const optional = field._zod.optin === 'optional'
    const question = ask[name]
    if (question === undefined && !optional)
      throw new TypeError(`fill: "${name}" has to be asked for; give it a question under \`ask\``)
    const answer = answerOfField(name, field)
    const part = find[name]
    const aid = help[name]
    return {
      name,
      answer: part ? foundIn(answer, part) : answer,
      optional,
      ...(question !== undefined && { ask: question }),
      ...(aid !== undefined && { help: aid }),
      labels: [inWords(name), ...[labels[name] ?? []].flat()].map((label) => label.toLowerCase()),
    }
  })
}

/** The answer that is also found where the author says, and is read there where it is asked for. */
function foundIn(answer: Answer<unknown>, partOf: PartOf): Answer<unknown> {
  return {
    ...answer,
    read: (heard, around) => {
      const part = partOf(beginning(heard.text))?.trim()
      const reading = part ? answer.read(writtenAs(part), around) : undefined
      return reading?.ok ? reading : answer.read(heard, around)
    },
    find: (text, around) => {
      const part = partOf(beginning(text))?.trim()
      const start = part ? text.indexOf(part) : -1
      if (!part || start < 0) return answer.find(text, around)
      const reading = answer.read(writtenAs(part), around)
      return reading.ok ? [{ value: reading.value, start, end: start + part.length }] : []
    },
  }
}

function answerOfField(name: string, field: $ZodType): Answer<unknown> {
  try {
    return answerOf(field as unknown as Schema<unknown>)
  } catch (error) {
    throw new TypeError(`fill: "${name}": ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

/** `phone number` of `phoneNumber`. */
const inWords = (name: string): string =>
  name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[_-]+/g, ' ')
    .toLowerCase()

/** What a message says of some slots, by name. */
export type Filled = Readonly<Record<string, unknown>>

/** What a message says of `slots`, though nobody asked. What may be meant for several of them is left out. */
export function mentionsOf(slots: readonly Slot[], text: string, around: Around): Filled {
  return Object.fromEntries(claims(slots, text, around).map(({ slot, value }) => [slot.name, value]))
}

/**
 * What an answer to the open question says, and of the other slots with it: "two large ones" tells number and size. An
 * answer to a question that takes any text is that answer, and nothing else.
 */
export function answersIn(open: Slot, others: readonly Slot[], heard: HeardMessage, around: Around): Filled {
  const reading = open.answer.read(heard, around)
  if (!reading.ok) return mentionsOf([open, ...others], heard.text, around)
  const found = open.answer.find(heard.text, around)
  const place = found.find(({ value }) => isSame(value, reading.value))
  if (place && isOfAnother(place, others, heard.text, around)) return mentionsOf([open, ...others], heard.text, around)
  return { ...restOf(open, others, heard.text, place, around), [open.name]: reading.value }
}

/**
 * The slot of whose list a longer option is meant than the one that could answer the open question: the "large pizza" that is
 * a dish answers no "What size?", be the dish known or not. Of an answer that says nothing else of the open slot, it is the
 * one of which it is an option as a whole.
 */
export function optionOfAnother(
  open: Slot,
  slots: readonly Slot[],
  heard: HeardMessage,
  around: Around,
): Claim | undefined {
  const { text } = heard
  const reading = open.answer.read(heard, around)
  const place = reading.ok && open.answer.find(text, around).find(({ value }) => isSame(value, reading.value))
  if (reading.ok && !place) return undefined
  const isMeant = (found: Found<unknown>) =>
    place ? isWithin(place, found) : bareText(text.slice(found.start, found.end)) === bareText(text)
  const [meant, ...rivals] = slots
    .filter((slot) => slot !== open && slot.answer.choices)
    .flatMap((slot) =>
      slot.answer
        .find(text, around)
        .filter(isMeant)
        .map((found) => ({ ...found, slot })),
    )
  return rivals.length === 0 ? meant : undefined
}

/** It lies within what is meant for another slot: the 12 of "to 12 Hill Road" is no answer to "How many?". */
const isOfAnother = (place: Found<unknown>, others: readonly Slot[], text: string, around: Around): boolean =>
  others.some(({ answer }) => answer.find(text, around).some((other) => isWithin(place, other)))

const isWithin = (place: Found<unknown>, other: Found<unknown>): boolean =>
  other.start <= place.start && place.end <= other.end && lengthOf(other) > lengthOf(place)

/** What an answer says of other slots. One of a list may be told with a slip, and one by an article: neither has a place. */
function restOf(
  { answer }: Slot,
  others: readonly Slot[],
  text: string,
  place: Found<unknown> | undefined,
  around: Around,
): Filled {
  if (place) return mentionsOf(others, blanked(text, place), around)
  return answer.choices || answer.counts ? mentionsOf(others, text, around) : {}
}

export interface Claim extends Found<unknown> {
  slot: Slot
}

/** What a text says of the slots, and where. The longest goes first: the 5 of "5 May" counts nothing. */
export function claims(slots: readonly Slot[], text: string, around: Around): readonly Claim[] {
  const all = slots.flatMap((slot) => slot.answer.find(text, around).map((found) => ({ ...found, slot })))
  const kept: Claim[] = []
  for (const claim of all.toSorted((one, other) => lengthOf(other) - lengthOf(one)))
    if (!kept.some((other) => overlaps(claim, other) && !isRival(claim, other))) kept.push(claim)
  return kept.filter(
    (claim) => !kept.some((other) => other !== claim && (isRival(claim, other) || isTwin(claim, other))),
  )
}

const lengthOf = ({ start, end }: Found<unknown>): number => end - start
const overlaps = (one: Claim, other: Claim): boolean => one.start < other.end && other.start < one.end
/** Two slots that want the very same words. */
const isRival = (one: Claim, other: Claim): boolean =>
  one.slot !== other.slot && one.start === other.start && one.end === other.end
/** Two values for the same slot. */
const isTwin = (one: Claim, other: Claim): boolean => one.slot === other.slot && !isSame(one.value, other.value)

export const isSame = (one: unknown, other: unknown): boolean =>
  one === other || JSON.stringify(one) === JSON.stringify(other)

const blanked = (text: string, { start, end }: Found<unknown>): string =>
  text.slice(0, start) + ' '.repeat(end - start) + text.slice(end)
