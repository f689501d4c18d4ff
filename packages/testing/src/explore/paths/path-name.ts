import type { Choice, Outcome } from '../model/outcomes.js'
import { type Happened, outcomeOf } from '../search/trace.js'

/** A path as a sentence: `says "two large" → paying → waits 1m → trouble`. A state is told where it is another one. */
export const nameOfPath = (path: readonly Happened[]): string =>
  path
    .flatMap(({ act, choices, places }, at) => {
      const stands = places.join(' and ')
      const stood = path[at - 1]?.places.join(' and ')
      return [act, ...choices.map(nameOfChoice), ...(stands === stood || stands === '' ? [] : [stands])]
    })
    .join(' → ')

/** Which of several successes or failures it was is told where there are several. */
export const nameOfChoice = (choice: Choice): string => {
  const outcome = outcomeOf(choice)
  const same = choice.from.filter(({ kind }) => kind === outcome.kind)
  return `${outcome.actor} ${outcome.kind}${same.length > 1 ? ` with ${written(outcome)}` : ''}`
}

const written = (outcome: Outcome): string => {
  if (outcome.kind === 'succeeds') return JSON.stringify(outcome.output) ?? 'nothing'
  if (outcome.kind === 'fails') return outcome.error instanceof Error ? outcome.error.message : String(outcome.error)
  return ''
}
