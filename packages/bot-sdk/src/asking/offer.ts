import type { Body } from '@daakia/protocol'
import type { Around } from '../authoring/around.js'
import type { ChoiceOf } from '../saying/show.js'
import { written } from '../saying/text.js'
import { answerBy, readerFor } from './answers/answer-of.js'
import { choiceReader } from './answers/choice.js'
import type { Answer, AnswerChoice, Reader } from './answers/port.js'
import type { Question } from './question.js'
import type { Offered } from './questions.js'
import { writtenAs } from './written-as.js'

/** What a question is answered with: what its schema takes, and what it offers. */
export interface Offer<TOutput> {
  answer: Answer<TOutput>
  /** Empty where nothing is offered. */
  choices(around: Around): readonly AnswerChoice[]
}

/** @throws TypeError where the schema can't be asked for */
export function offerOf<TOutput>({ schema, choices }: Pick<Question<TOutput>, 'schema' | 'choices'>): Offer<TOutput> {
  const reader = readerFor(schema)
  if (!choices) return { answer: answerBy(schema, reader), choices: () => reader.choices ?? [] }
  const offered = (around: Around) => choices.map((choice) => labelled(choice, around))
  return { answer: answerBy(schema, offering(reader, offered)), choices: offered }
}

const labelled = (choice: ChoiceOf<Around>, around: Around): AnswerChoice => {
  if (typeof choice === 'string') return { label: choice, value: choice }
  const label = written(choice.label, around, undefined, ([first]) => first)
  return { label, value: choice.value ?? label }
}

/** What is chosen is read as if it had been written: "3" is a number, where one is asked for. */
function offering(reader: Reader, offered: (around: Around) => readonly AnswerChoice[]): Reader {
  const listOf = (around: Around) => choiceReader(offered(around))
  return {
    read: (heard, around) => {
      const chosen = listOf(around).read(heard, around)
      const asWritten = chosen.flatMap((value) => reader.read({ ...heard, text: String(value) }, around))
      return [...chosen, ...asWritten, ...reader.read(heard, around)]
    },
    find: (text, around) => [...listOf(around).find(text, around), ...reader.find(text, around)],
    expected: (around) => (reader.choices ? undefined : reader.expected(around)) ?? listOf(around).expected(around),
  }
}

/** What choosing each of a list answers, as writing it would; what is no answer is left out. */
export const offeredAs = (
  field: string,
  choices: readonly AnswerChoice[],
  answer: Answer<unknown>,
  around: Around,
): Offered[] => {
  const known = choices.flatMap(({ label, value }) => {
    const reading = answer.read(writtenAs(String(value)), around)
    return reading.ok ? [{ label, answer: reading.value }] : []
  })
  return known.length === 0 ? [] : [{ field, choices: known }]
}

/** As a message shows them: choosing one says its value. */
export const choicesBody = (text: string, choices: readonly AnswerChoice[]): Body<'choices'> => ({
  text,
  choices: choices.map(({ label, value }) => ({ label, ...(String(value) !== label && { value: String(value) }) })),
})
