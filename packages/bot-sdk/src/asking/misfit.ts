import type { Around } from '../authoring/around.js'
import type { HeardMessage } from '../authoring/heard.js'
import type { Answer } from './answers/port.js'

/** What is longer is not repeated. */
const longestRepeated = 60

/** What is wrong with an answer, as it is told to who gave it. */
export function misfit(answer: Answer<unknown>, heard: HeardMessage, around: Around): string {
  const reading = answer.read(heard, around)
  if (!reading.ok && reading.problem !== undefined) return reading.problem
  const expected = answer.expected(around)
  const { language } = around
  if (expected === undefined) return language.phrases.notUnderstood
  const { text } = heard
  return language.expected.wrong(text.length > 0 && text.length <= longestRepeated ? text : undefined, expected)
}
