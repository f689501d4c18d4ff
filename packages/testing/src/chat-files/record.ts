import type { Hears, Step } from './line.js'
import type { Play } from './play.js'

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
    recorded.push(...play.takeHeard(expected).map(inItsWords(expected)))
  }
  return recorded
}

/** What is expected right after a step. */
const expectedAfter = (steps: readonly Step[], index: number): readonly Hears[] => {
  const rest = steps.slice(index + 1)
  const end = rest.findIndex(({ kind }) => kind !== 'hears')
  return (end < 0 ? rest : rest.slice(0, end)) as Hears[]
}

/** A pattern that fits what was said stays. */
const inItsWords =
  (expected: readonly Hears[]) =>
  (heard: Hears, index: number): Hears => {
    const pattern = expected[index]?.expected
    const fits = pattern instanceof RegExp && (heard.expected as string).search(pattern) >= 0
    return fits ? { ...heard, expected: pattern } : heard
  }
