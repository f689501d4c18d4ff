import { fits } from '../scene/fits.js'
import { aligned } from './aligned.js'
import type { Hears, Step } from './line.js'
import type { Heard, Play } from './play.js'

/**
 * Plays what the people of a chat file do, and answers how it went: what was expected stays as it is written where it
 * fits, and what came otherwise takes its place.
 */
export const record = async (play: Play, steps: readonly Step[]): Promise<Step[]> => {
  const recorded: Step[] = []
  for (const [index, step] of steps.entries()) {
    if (step.kind === 'hears') continue
    if (step.kind === 'is in') recorded.push(play.asItIs(step))
    else {
      await play.step(step)
      recorded.push(step)
    }
    const expected = expectedAfter(steps, index)
    recorded.push(...inTheirWords(play.takeHeard(expected), expected))
  }
  return recorded
}

/** What is expected right after a step. */
const expectedAfter = (steps: readonly Step[], index: number): readonly Hears[] => {
  const rest = steps.slice(index + 1)
  const end = rest.findIndex(({ kind }) => kind !== 'hears')
  return (end < 0 ? rest : rest.slice(0, end)) as Hears[]
}

/** What was heard, in the words of who wrote the file where they fit: a pattern, or the title of a form. */
const inTheirWords = (heard: readonly Heard[], expected: readonly Hears[]): Hears[] => {
  const kept = aligned(heard, expected, isExpected)
  return heard.map(({ step }, index) => ({ ...step, expected: kept[index]?.expected ?? step.expected }))
}

const isExpected = ({ step, to, message }: Heard, hears: Hears): boolean =>
  step.from === hears.from &&
  (hears.to === undefined ? step.to === undefined : to === hears.to && step.device === hears.device) &&
  fits(message, hears.expected)
