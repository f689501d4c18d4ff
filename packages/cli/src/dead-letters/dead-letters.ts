import { DeadLetterDetails, type DeadLetterEntry, DeadLetterPage, DeadLettersDone } from '@daakia/protocol'
import { allPages } from '../admin/all-pages.js'
import { asOperator, type CallServer } from '../admin/as-operator.js'
import type { ServerAccess } from '../admin/server-access.js'
import { momentOf, writeTable } from '../admin/table.js'
import { type Io, processIo, type Status } from '../io.js'

export interface DeadLetterFilter {
  /** Only those of this bot. */
  bot?: string
  /** Only those of this conversation. */
  conversation?: string
}

export interface ListDeadLettersOptions extends ServerAccess, DeadLetterFilter {
  /** So many of the newest. 100 by default. */
  limit?: number
  /** An object in a line for each, instead of a table. */
  json?: boolean
}

export interface ShowDeadLetterOptions extends ServerAccess {
  id: string
}

export interface ChangeDeadLettersOptions extends ServerAccess, DeadLetterFilter {
  ids: readonly string[]
  /** All that the filter names, instead of those with `ids`. */
  all?: boolean
}

export const usualListed = 100
const largestBatch = 100

/** Lists what bots have failed at too often, the newest first. */
export const listDeadLetters = (
  { bot, conversation, limit = usualListed, json, ...access }: ListDeadLettersOptions,
  io: Io = processIo,
): Promise<Status> =>
  asOperator(access, io, async (call) => {
    const letters = await readAll(call, { ...(bot && { bot }), ...(conversation && { conversation }) }, limit)
    const rows = letters.map((letter) => ({
      cells: [letter.id, momentOf(letter.at), aboutOf(letter), letter.cause],
      json: letter,
    }))
    writeTable(['ID', 'GIVEN UP', 'ABOUT', 'CAUSE'], rows, io, { json })
    if (letters.length === 0) io.errors.write('There are no dead letters.\n')
    return 0
  })

/** Shows one of them whole, as JSON. */
export const showDeadLetter = ({ id, ...access }: ShowDeadLetterOptions, io: Io = processIo): Promise<Status> =>
  asOperator(access, io, async (call) => {
    const letter = DeadLetterDetails.parse(await call('dead-letters/get', { id }))
    io.output.write(`${JSON.stringify(letter, undefined, 2)}\n`)
    return 0
  })

/** Has the bots given them again, with fresh tries. */
export const retryDeadLetters = (options: ChangeDeadLettersOptions, io: Io = processIo): Promise<Status> =>
  change('dead-letters/retry', 'Given again', options, io)

/** Forgets them. */
export const dropDeadLetters = (options: ChangeDeadLettersOptions, io: Io = processIo): Promise<Status> =>
  change('dead-letters/drop', 'Dropped', options, io)

const change = (
  method: 'dead-letters/retry' | 'dead-letters/drop',
  done: string,
  { ids, all = false, bot, conversation, ...access }: ChangeDeadLettersOptions,
  io: Io,
): Promise<Status> =>
  asOperator(access, io, async (call) => {
    const named = await namedBy(call, { ids, all, ...(bot && { bot }), ...(conversation && { conversation }) })
    const answer = await inBatches(named, async (batch) => DeadLettersDone.parse(await call(method, { ids: batch })))
    for (const id of answer.flatMap((part) => part.done)) io.output.write(`${id}\n`)
    const missing = answer.flatMap((part) => part.missing)
    const refused = answer.flatMap((part) => part.refused)
    for (const id of missing) io.errors.write(`${id}: there is no such dead letter (any more).\n`)
    for (const { id, reason } of refused) io.errors.write(`${id}: ${reason}.\n`)
    io.errors.write(`${done}: ${named.length - missing.length - refused.length} of ${named.length}.\n`)
    return missing.length + refused.length > 0 ? 1 : 0
  })

const namedBy = async (
  call: CallServer,
  { ids, all, ...filter }: DeadLetterFilter & { ids: readonly string[]; all: boolean },
): Promise<readonly string[]> => {
  if (all === ids.length > 0) throw new RangeError('Name dead letters by their ids, or all of them with --all.')
  if (!all && Object.keys(filter).length > 0) throw new RangeError('--bot and --conversation go with --all.')
  if (!all) return ids
  const letters = await readAll(call, filter, Number.POSITIVE_INFINITY)
  // Oldest first, as they came.
  return letters.map(({ id }) => id).toReversed()
}

const readAll = (call: CallServer, filter: DeadLetterFilter, most: number): Promise<readonly DeadLetterEntry[]> =>
  allPages(async (page) => {
    const { letters, next } = DeadLetterPage.parse(await call('dead-letters/list', { ...filter, ...page }))
    return { items: letters, next }
  }, most)

const inBatches = async <T>(ids: readonly string[], work: (batch: readonly string[]) => Promise<T>): Promise<T[]> => {
  const answers: T[] = []
  for (let from = 0; from < ids.length; from += largestBatch)
    answers.push(await work(ids.slice(from, from + largestBatch)))
  return answers
}

const aboutOf = ({ about }: DeadLetterEntry): string => {
  if (about.kind === 'timer') return `timer ${about.timer.id}`
  if (about.kind === 'state') return 'state'
  return `message ${about.seq}${about.from === undefined ? '' : ` of ${about.from}`}`
}
