import { type Clock, type ConversationRetention, systemClock } from '@daakia/protocol'
import { areTogether, firstPartition, partitionOf, type Reader, type SharedKeyValue } from '../kv/port.js'
import { appendMessage, checkSpeaker, roomOf } from './append.js'
import { beginTry, lookAtFirst, lookAtWork } from './begin.js'
import { listStates } from './bot-states.js'
import { changeMembers } from './change-members.js'
import { findConversation, foundConversation, isStillThere } from './conversations.js'
import { EmbeddedDeadLetters } from './embedded-dead-letters.js'
import { EmbeddedParkedStates } from './embedded-parked-states.js'
import { enlistBot, enlistEverywhere } from './enlist.js'
import { NotThere } from './errors.js'
import type { Feed } from './feed/feed.js'
import { lineOf, placedOn, unbroken } from './feed/line.js'
import { FirstTries } from './first-tries.js'
import { conflictOf } from './handoffs/commit.js'
import { findById, firstOf, readJournal } from './journal.js'
import { keptConversations } from './kept.js'
import { nextRun } from './plan.js'
import type {
  Appended,
  Archived,
  ArchiveMark,
  ArchiveTerms,
  BotProfile,
  Conversation,
  DeadLetter,
  DeadLetterQuery,
  ExpiryTerms,
  Founders,
  IsStillKept,
  JournalMessage,
  KeptConversation,
  MembersChange,
  MessageOnLine,
  NewMessage,
  Outcome,
  Page,
  ParkedStates,
  QueueLetter,
  Reading,
  Retention,
  Retried,
  Run,
  Segment,
  Settled,
  Store,
  Tally,
  Trimmed,
  TrimTerms,
  Waiting,
  WaitingQuery,
  Work,
} from './port.js'
import { referringTo } from './referring.js'
import type { Seat } from './seat.js'
import { archivedOf, expireSegments, expiryOf, forgetSegment, notePlan, settleMark, settlePlan } from './segments.js'
import { seqAt } from './seq-at.js'
import { isStillSettled, settleTurn } from './settle.js'
import type { Sharing } from './sharing.js'
import { conversations, retentions } from './tables.js'
import { Tails, tallyOf } from './tails.js'
import { forgetIds, isBeyond, mayForgetIds, trimJournal } from './trim.js'
import { waitingFor } from './waiting.js'
import { handedIn, type Told, Writes, type Written } from './writes.js'

export interface EmbeddedStoreOptions extends Told, Sharing {
  kv: SharedKeyValue
  clock?: Clock
  /** Told after something that failed too often was set aside: the bot's standing has changed. */
  gaveUp?(seat: Seat): void
  /** Told after a bot made nothing of its failure, and its apology was said: its standing has changed. */
  leftUntold?(seat: Seat): void
  /** Brings what is said to the partitions of clients: where the store is divided. It has the projections then. */
  feed?: Feed | undefined
}

const watched = (answer: Appended, isStillKept: IsStillKept): Appended => ({ ...answer, isStillKept })

/** The store on a key-value engine: journal and marks change in one transaction, and projections with them where it is not divided. */
export class EmbeddedStore implements Store {
  readonly #kv: SharedKeyValue
  readonly #firstTries: FirstTries
  readonly #tails: Tails
  readonly #writes: Writes
  readonly #deadLetters: EmbeddedDeadLetters
  readonly #parkedStates: EmbeddedParkedStates
  readonly #isInForce: EmbeddedStoreOptions['isInForce']
  readonly #gaveUp: (seat: Seat) => void
  readonly #leftUntold: (seat: Seat) => void

  constructor(options: EmbeddedStoreOptions) {
    const { kv, clock = systemClock, shared = false, gaveUp = () => {}, leftUntold = () => {}, ...told } = options
    const memory = { remembers: !shared }
    this.#kv = kv
    this.#firstTries = new FirstTries(memory)
    this.#tails = new Tails(memory)
    this.#isInForce = told.isInForce
    this.#gaveUp = gaveUp
    this.#leftUntold = leftUntold
    this.#writes = new Writes({ ...told, ...memory, kv, clock, tails: this.#tails, firstTries: this.#firstTries })
    this.#deadLetters = new EmbeddedDeadLetters(kv)
    this.#parkedStates = new EmbeddedParkedStates({ kv, writes: this.#writes, tails: this.#tails })
  }

  async conversation(vendor: string, id: string, founders?: Founders): Promise<Conversation | undefined> {
    const existing = await this.#readIn(vendor, id, (reader) => findConversation(reader, vendor, id))
    if (existing || !founders) return existing
    return this.#writes.run(vendor, id, (tx) => {
      const founded = foundConversation(tx, vendor, id, founders)
      const answer = findConversation(tx, vendor, id) as Conversation
      const isKept = (reader: Reader) => isStillThere(reader, vendor, answer)
      return { answer, said: [], changed: founded ? [founded] : [], isKept }
    })
  }

  changeMembers(vendor: string, conversation: string, change: MembersChange): Promise<Conversation> {
    return this.#writes.run(vendor, conversation, (tx) => {
      const changed = changeMembers(tx, roomOf(tx, this.#tails, vendor, conversation), change)
      const answer = findConversation(tx, vendor, conversation) as Conversation
      return { answer, said: changed ? [changed.said] : [], changed: changed ? [changed.membership] : [] }
    })
  }

  append(
    vendor: string,
    conversation: string,
    message: NewMessage,
    { after }: { after?: string | undefined } = {},
  ): Promise<Appended> {
    return this.#writes.run(vendor, conversation, (tx): Written<Appended> => {
      const earlier = findById(tx, vendor, conversation, message)
      if (earlier) {
        const isKept = (reader: Reader) => findById(reader, vendor, conversation, message)?.seq === earlier.seq
        return { answer: { seq: earlier.seq, at: earlier.at, duplicate: true }, said: [], isKept, watched }
      }
      const room = roomOf(tx, this.#tails, vendor, conversation)
      checkSpeaker(room, message)
      if (after !== undefined && !findById(tx, vendor, conversation, { from: message.from, id: after }))
        throw new NotThere(after)
      const entry = appendMessage(tx, room, message)
      return { answer: { seq: entry.message.seq, at: message.at, duplicate: false }, said: [entry], watched }
    })
  }

  read(
    vendor: string,
    conversation: string,
    range: { after?: number; before?: number; limit: number },
  ): Promise<readonly JournalMessage[]> {
    return this.#readIn(vendor, conversation, (reader) => readJournal(reader, vendor, conversation, range))
  }

  readOnLines(
    vendor: string,
    conversation: string,
    { client, ...range }: { after: number; limit: number; client?: string | undefined },
  ): Promise<readonly MessageOnLine[]> {
    const isDivided = this.#kv.partitions !== undefined
    const isBeside = client !== undefined && areTogether(this.#kv, vendor, conversation, client)
    return this.#readIn(vendor, conversation, (reader) => {
      const messages = readJournal(reader, vendor, conversation, range)
      const line = isDivided ? lineOf(reader, vendor, conversation) : unbroken
      return messages.map((message) => placedOn(line, message, isBeside))
    })
  }

  tally(vendor: string, readings: readonly Reading[]): Promise<readonly Tally[]> {
    return this.#read((reader) => readings.map((reading) => tallyOf(reader, this.#tails, vendor, reading)))
  }

  seqAt(vendor: string, conversation: string, time: number): Promise<number> {
    return this.#readIn(vendor, conversation, (reader) => seqAt(reader, vendor, conversation, time))
  }

  referring(vendor: string, conversation: string, seqs: readonly number[]): Promise<readonly JournalMessage[]> {
    return referringTo(this.#partition(vendor, conversation), vendor, conversation, seqs)
  }

  retain(vendor: string, conversation: string, terms: ConversationRetention | undefined): Promise<void> {
    return this.#partition(vendor, conversation).write((tx) => {
      roomOf(tx, this.#tails, vendor, conversation)
      if (terms) tx.put(retentions, [vendor, conversation], terms)
      else tx.remove(retentions, [vendor, conversation])
    })
  }

  kept(query: Parameters<Retention['kept']>[0]): Promise<readonly KeptConversation[]> {
    return this.#read((reader) => keptConversations(reader, query))
  }

  async trim(vendor: string, conversation: string, terms: TrimTerms): Promise<Trimmed> {
    const within = await this.#readIn(vendor, conversation, (reader) =>
      isBeyond(reader, vendor, conversation, terms) ? undefined : firstOf(reader, vendor, conversation),
    )
    if (within !== undefined) return { removed: 0, first: within, more: false }
    return this.#partition(vendor, conversation).write((tx) => trimJournal(tx, vendor, conversation, terms))
  }

  async forgetIds(now: number, limit: number): Promise<number> {
    let forgotten = 0
    for (const each of this.#kv.partitions?.all ?? [this.#kv])
      if (forgotten < limit && (await each.read((reader) => mayForgetIds(reader, now))))
        forgotten += await each.write((tx) => forgetIds(tx, now, limit - forgotten))
    return forgotten
  }

  archiveMark(proposed: string, options?: { isWritten: true }): Promise<ArchiveMark> {
    return firstPartition(this.#kv).write((tx) => settleMark(tx, proposed, options?.isWritten === true))
  }

  archived(vendor: string, conversation: string): Promise<Archived> {
    return this.#readIn(vendor, conversation, (reader) => archivedOf(reader, vendor, conversation))
  }

  async planSegment(vendor: string, conversation: string, terms: ArchiveTerms): Promise<Run | undefined> {
    const next = await this.#readIn(vendor, conversation, (reader) => nextRun(reader, vendor, conversation, terms))
    return next && this.#partition(vendor, conversation).write((tx) => notePlan(tx, vendor, conversation, next))
  }

  settlePlan(vendor: string, conversation: string, run: Run, segment: Segment | undefined): Promise<boolean> {
    return this.#partition(vendor, conversation).write((tx) => settlePlan(tx, vendor, conversation, run, segment))
  }

  async expireSegments(vendor: string, conversation: string, terms: ExpiryTerms): Promise<readonly Run[]> {
    const { expiring, runs } = await this.#readIn(vendor, conversation, (reader) =>
      expiryOf(reader, vendor, conversation, terms),
    )
    if (expiring.length === 0) return runs
    return this.#partition(vendor, conversation).write((tx) => expireSegments(tx, vendor, conversation, terms))
  }

  forgetSegment(vendor: string, conversation: string, run: Run): Promise<void> {
    return this.#partition(vendor, conversation).write((tx) => forgetSegment(tx, vendor, conversation, run))
  }

  enlist(vendor: string, bot: string, profile: BotProfile): Promise<void> {
    if (this.#kv.partitions) return enlistEverywhere(this.#kv.partitions, vendor, bot, profile)
    return this.#kv.write((tx) => enlistBot(tx, vendor, bot, profile))
  }

  waiting(query: WaitingQuery): Promise<Waiting> {
    return this.#read((reader) => waitingFor(reader, query))
  }

  async begin(
    vendor: string,
    conversation: string,
    bot: string,
    now: number,
    { count = true, ...options }: { count?: boolean; version?: string; tellFailures?: boolean } = {},
  ): Promise<Work | undefined> {
    const seat = { vendor, conversation, bot }
    if (!count) return this.#readIn(vendor, conversation, (reader) => lookAtWork(reader, seat, now, options.version))
    return (await this.#beginFirst(seat, now, options.version)) ?? this.#beginCounted(seat, now, options)
  }

  async commit(
    vendor: string,
    conversation: string,
    bot: string,
    now: number,
    outcome: Outcome,
    fence?: string,
  ): Promise<Settled> {
    const seat = { vendor, conversation, bot }
    const uncounted = this.#firstTries.uncounted(seat)
    const { settled, nextTry, leftUntold } = await this.#writes.run(vendor, conversation, (tx) => {
      const isLeased = fence === undefined || (this.#isInForce?.(tx, seat, fence) ?? true)
      const terms = { uncounted, isLeased }
      const settlement = settleTurn(tx, roomOf(tx, this.#tails, vendor, conversation), seat, now, outcome, terms)
      const isKept = (reader: Reader) => isStillSettled(reader, seat, outcome, settlement.settled)
      return { answer: settlement, said: settlement.said, ...handedIn(seat, settlement.handed), isKept }
    })
    if (nextTry) this.#firstTries.settled(seat, nextTry)
    if (leftUntold) this.#leftUntold(seat)
    return settled
  }

  deadLetters(vendor: string, query: DeadLetterQuery): Promise<Page<DeadLetter>> {
    return this.#deadLetters.deadLetters(vendor, query)
  }

  deadLetter(vendor: string, id: string): Promise<DeadLetter | undefined> {
    return this.#deadLetters.deadLetter(vendor, id)
  }

  retryDeadLetter(vendor: string, id: string): Promise<Retried> {
    return this.#deadLetters.retryDeadLetter(vendor, id)
  }

  dropDeadLetter(vendor: string, id: string): Promise<boolean> {
    return this.#deadLetters.dropDeadLetter(vendor, id)
  }

  keepQueueLetter(vendor: string, letter: QueueLetter): Promise<boolean> {
    return this.#deadLetters.keepQueueLetter(vendor, letter)
  }

  botStates(vendor: string, query: Parameters<Store['botStates']>[1]) {
    return this.#read((reader) => listStates(reader, vendor, query))
  }

  parkedStates(...[vendor, query]: Parameters<ParkedStates['parkedStates']>) {
    return this.#parkedStates.parkedStates(vendor, query)
  }

  parkedState(vendor: string, conversation: string, bot: string) {
    return this.#parkedStates.parkedState(vendor, conversation, bot)
  }

  retryParked(vendor: string, conversation: string, bot: string): Promise<boolean> {
    return this.#parkedStates.retryParked(vendor, conversation, bot)
  }

  dropParked(vendor: string, conversation: string, bot: string, now: number): Promise<boolean> {
    return this.#parkedStates.dropParked(vendor, conversation, bot, now)
  }

  parkedCounts(): Promise<ReadonlyMap<string, number>> {
    return this.#parkedStates.parkedCounts()
  }

  refusesHandoff(...[vendor, conversation, bot, now, handoff]: Parameters<Store['refusesHandoff']>) {
    return this.#readIn(vendor, conversation, (reader) => {
      const record = reader.get(conversations, [vendor, conversation])
      return record && conflictOf(reader, record, { vendor, conversation, bot }, now, handoff)
    })
  }

  #read<T>(work: (reader: Reader) => T): Promise<T> {
    return this.#kv.read(work)
  }

  #readIn<T>(vendor: string, conversation: string, work: (reader: Reader) => T): Promise<T> {
    return this.#partition(vendor, conversation).read(work)
  }

  #partition(vendor: string, conversation: string): SharedKeyValue {
    return partitionOf(this.#kv, vendor, conversation)
  }

  async #beginFirst(seat: Seat, now: number, version: string | undefined): Promise<Work | undefined> {
    if (!this.#firstTries.mayCount(seat)) return undefined
    const work = await this.#readIn(seat.vendor, seat.conversation, (reader) => lookAtFirst(reader, seat, now, version))
    if (!work || !this.#firstTries.mayCount(seat)) return undefined
    this.#firstTries.count(seat)
    return work
  }

  async #beginCounted(
    seat: Seat,
    now: number,
    { version, tellFailures = false }: { version?: string; tellFailures?: boolean },
  ): Promise<Work | undefined> {
    const uncounted = this.#firstTries.uncounted(seat)
    const { work, gaveUp, leftUntold } = await this.#writes.run(seat.vendor, seat.conversation, (tx) => {
      const { said, handed, ...answer } = beginTry(tx, seat, this.#tails, now, { version, tellFailures, uncounted })
      return { answer, said, ...handedIn(seat, handed) }
    })
    if (work) this.#firstTries.counted(seat)
    if (gaveUp) this.#gaveUp(seat)
    if (leftUntold) this.#leftUntold(seat)
    return work
  }
}
