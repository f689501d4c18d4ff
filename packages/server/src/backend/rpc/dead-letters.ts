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
import type { QueueGroups } from '../../inbox/queue/index.js'
import type { DeadLetter, DeadLetters } from '../../persistence/port.js'
import { notFound } from './failure.js'
import { type Methods, operatorMethod } from './method.js'
import { queryOf } from './paging.js'

export interface DeadLetterParts {
  store: DeadLetters
  queues: Pick<QueueGroups, 'giveAgain'>
  /** Something waits for the bot there. */
  work(vendor: string, conversation: string, bot: string): void
}

/** `dead-letters/list`, `get`, `retry` and `drop`. */
export const deadLetterMethods = ({ store, queues, work }: DeadLetterParts): Methods => ({
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
      const retried = await retry({ store, queues }, vendor, id)
      if (retried === 'unknown') done.missing.push(id)
      else if (retried !== 'retried') done.refused.push({ id, reason: retried.refused })
      else {
        done.done.push(id)
        const [conversation = '', bot = '', , group] = id.split('/')
        if (group === undefined) work(vendor, conversation, bot)
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

const retry = async ({ store, queues }: Pick<DeadLetterParts, 'store' | 'queues'>, vendor: string, id: string) => {
  const letter = await store.deadLetter(vendor, id)
  if (letter?.group === undefined || letter.about.kind !== 'message') return store.retryDeadLetter(vendor, id)
  const { conversation, bot: client, group, about } = letter
  if (!about.message) return { refused: 'The journal does not keep the message any more: drop the letter' }
  const given = await queues.giveAgain({ vendor, client, group }, { conversation, seq: about.seq })
  if (!given) return { refused: `There is no queue ${group} of ${client} any more: drop the letter` }
  await store.dropDeadLetter(vendor, id)
  return 'retried'
}

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
