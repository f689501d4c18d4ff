import type { Around } from '../authoring/around.js'
import type { Said } from '../saying/said.js'
import { type Choose, type Text, written } from '../saying/text.js'
import { visible } from './answers/words.js'
import { choicesBody, type Offer } from './offer.js'
import type { Question } from './question.js'

/** For whom something is said, and how one of several wordings is taken. */
export interface Posing {
  around: Around
  choose: Choose
}

/** What was answered, where that does not fit. */
export interface Misfit {
  answer: string
  problem?: string
}

/** The question, with what it offers to choose. */
export function pose(question: Question<unknown>, offer: Offer<unknown>, posing: Posing): Said {
  return shown(textOf(question.say, posing), offer, posing)
}

/** The question once more, and what would have been right. */
export function poseAgain(question: Question<unknown>, offer: Offer<unknown>, misfit: Misfit, posing: Posing): Said {
  const { around } = posing
  const expected = offer.answer.expected(around)
  const { say } = question.retry ?? {}
  if (say === undefined) return shown(withWhy(textOf(question.say, posing), misfit, expected, around), offer, posing)
  const wrong = { ...around, ...(expected !== undefined && { expected }), ...problemOf(misfit) }
  return shown(textOf(typeof say === 'function' ? say(misfit.answer, wrong) : say, posing), offer, posing)
}

const problemOf = ({ problem }: Misfit) => (problem === undefined ? {} : { problem })

export const textOf = (text: Text<Around>, { around, choose }: Posing): string =>
  written(text, around, undefined, choose)

function shown(text: string, offer: Offer<unknown>, { around }: Posing): Said {
  const choices = offer.choices(around)
  return choices.length > 0 ? { type: 'choices', body: choicesBody(text, choices) } : { type: 'say', text }
}

/** Longer answers are not repeated to the one who wrote them. */
const longestRepeated = 60

function withWhy(
  question: string,
  { answer, problem }: Misfit,
  expected: string | undefined,
  { language }: Around,
): string {
  if (problem !== undefined) return `${problem} ${question}`
  if (expected === undefined) return question
  const seen = visible(answer)
  const repeated = seen !== '' && [...seen].length <= longestRepeated ? seen : undefined
  return `${language.expected.wrong(repeated, expected)} ${question}`
}
