import type { HeardMessage } from '../authoring/heard.js'
import type { Listening, Recogniser, Understood } from './port.js'

export type Answer = Understood | undefined

/** One message, to be understood by several recognisers. */
export interface Asking {
  recognisers: readonly Recogniser[]
  leastScore: number
  heard: HeardMessage
  listening: Listening
}

/**
 * Asks one recogniser after another, until one knows an intent with `leastScore` at least. What those asked have found is
 * put together. No promise is made where none of them makes one.
 */
export function askOneAfterAnother(asking: Asking, known?: Answer): Answer | Promise<Answer> {
  const [recogniser, ...recognisers] = asking.recognisers
  if (!recogniser || isSure(known, asking.leastScore)) return known
  const answer = recogniser.recognise(asking.heard, asking.listening)
  const goOn = (found: Answer) => askOneAfterAnother({ ...asking, recognisers }, together(known, found))
  return isPromise(answer) ? Promise.resolve(answer).then(goOn) : goOn(answer)
}

const isPromise = (answer: Answer | PromiseLike<Answer>): answer is PromiseLike<Answer> =>
  answer !== undefined && 'then' in answer

const isSure = (known: Answer, leastScore: number): boolean => (known?.intents[0]?.score ?? -1) >= leastScore

/** Each intent once, with its best score; of entities at the same place, those of the first. */
export function together(one: Answer, other: Answer): Answer {
  if (!other) return one
  const scores = new Map<string, number>()
  for (const { name, score } of [...(one?.intents ?? []), ...other.intents])
    if (score >= 0) scores.set(name, Math.max(score, scores.get(name) ?? 0))
  const intents = [...scores].map(([name, score]) => ({ name, score })).sort((a, b) => b.score - a.score)
  const found = one?.entities ?? []
  const isNew = ({ name, start }: Understood['entities'][number]) =>
    !found.some((known) => known.name === name && known.start === start)
  return { intents, entities: [...found, ...other.entities.filter(isNew)] }
}

/** Without the intents that are not sure enough; nothing where nothing is left. */
export function sureOf(understood: Answer, leastScore: number): Answer {
  if (!understood) return undefined
  const intents = understood.intents.filter(({ score }) => score >= leastScore)
  return intents.length + understood.entities.length === 0 ? undefined : { ...understood, intents }
}
