import {
  type DeadLetterDetails,
  type DeadLetterEntry,
  DeadLetterIds,
  type DeadLetterPage,
  type DeadLettersDone,
  GetDeadLetter,
  ListDeadLetters,
  toEnvelope,
} from '@daakia/protocol'
import type { DeadLetter, DeadLetters } from '../../persistence/port.js'
import { notFound } from './failure.js'
import { type Methods, operatorMethod } from './method.js'
import { queryOf } from './paging.js'

export interface DeadLetterParts {
  store: DeadLetters
  /** Something waits for the bot there. */
  work(vendor: string, conversation: string, bot: string): void
}

/** `dead-letters/list`, `get`, `retry` and `drop`. */
export const deadLetterMethods = ({ store, work }: DeadLetterParts): Methods => ({
  'dead-letters/list': operatorMethod(ListDeadLetters, async ({ vendor }, query): Promise<DeadLetterPage> => {
    const { items, next } = await store.deadLetters(vendor, queryOf(query))
    return { letters: items.map(toEntry), ...(next !== undefined && { next }) }
  }),

  'dead-letters/get': operatorMethod(GetDeadLetter, async ({ vendor }, { id }): Promise<DeadLetterDetails> => {
    const letter = await store.deadLetter(vendor, id)
    if (!letter) throw notFound(`There is no dead letter ${id}: it was retried or dropped, or never was`)
    return toDetails(letter)
  }),

  'dead-letters/retry': operatorMethod(DeadLetterIds, async ({ vendor }, { ids }): Promise<DeadLettersDone> => {
    const done = nothingDone()
    for (const id of ids) {
      const retried = await store.retryDeadLetter(vendor, id)
      if (retried === 'unknown') done.missing.push(id)
      else if (retried !== 'retried') done.refused.push({ id, reason: retried.refused })
      else {
        done.done.push(id)
        const [conversation = '', bot = ''] = id.split('/')
        work(vendor, conversation, bot)
      }
    }
    return done
  }),

  'dead-letters/drop': operatorMethod(DeadLetterIds, async ({ vendor }, { ids }): Promise<DeadLettersDone> => {
    const done = nothingDone()
    for (const id of ids) ((await store.dropDeadLetter(vendor, id)) ? done.done : done.missing).push(id)
    return done
  }),
})

const nothingDone = (): DeadLettersDone => ({ done: [], missing: [], refused: [] })

/** Without what may be large. */
const toEntry = (letter: DeadLetter): DeadLetterEntry => ({
  ...letter,
  tries: [...letter.tries],
  about: inShort(letter),
})

const inShort = ({ about }: DeadLetter): DeadLetterEntry['about'] => {
  if (about.kind === 'state') return { kind: 'state' }
  if (about.kind === 'timer') return about
  return { kind: 'message', seq: about.seq, ...(about.message && { from: about.message.from }) }
}

const toDetails = (letter: DeadLetter): DeadLetterDetails => ({
  ...letter,
  tries: [...letter.tries],
  about: inFull(letter),
})

const inFull = ({ about }: DeadLetter): DeadLetterDetails['about'] =>
  about.kind === 'message'
    ? { kind: 'message', seq: about.seq, ...(about.message && { message: toEnvelope(about.message) }) }
    : about
