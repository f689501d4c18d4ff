import type { Clock } from '@daakia/protocol'
import { StorageError } from '../kv/errors.js'
import { partitionOf, type Reader, type SharedKeyValue, type Transaction } from '../kv/port.js'
import { type Fed, type Feed, falseOfStorage, type SaidThere } from './feed/feed.js'
import { onLine } from './feed/project.js'
import type { FirstTries } from './first-tries.js'
import type { Handed } from './handoffs/changes.js'
import { findById } from './journal.js'
import { JournalIndex } from './journal-index.js'
import { Looks } from './looks.js'
import type { FeedEntry, HandoffEntry, IsStillKept, MembershipEntry } from './port.js'
import type { MembershipProjection, Places, Projection } from './projection.js'
import type { Seat } from './seat.js'
import type { Tails } from './tails.js'

/** Who is told of what transactions have written. */
export interface Told {
  /** Kept up to date in the same transactions; where there is a feed, that has them. */
  inbox?: Pick<Projection, 'apply'> | undefined
  membershipProjections?: readonly MembershipProjection[]
  /** Told of what was said after it is on disk, in the order of the journals, and before the one who said it hears. */
  committed?(entries: readonly FeedEntry[]): void
  /** Told of it after it is on disk, and before `committed` and whoever made the change hear. */
  membersChanged?(entries: readonly MembershipEntry[]): void
  /** Told of it after it is on disk, and before `committed` and whoever has handed it over hear. */
  handedOver?(entry: HandoffEntry): void
}

/** What a transaction answers, and what was said in it. */
export interface Written<T> {
  answer: T
  said: readonly FeedEntry[]
  changed?: readonly MembershipEntry[]
  handed?: HandoffEntry
  /**
   * Where nothing was said: whether it stands, as far as a reader sees. It is asked where the partition went back meanwhile; without it,
   * the answer is in doubt then.
   */
  isKept?(reader: Reader): boolean
  /** Where it may be lost again before somebody is told of the answer: that, with what tells whether it still is kept. */
  watched?(answer: T, isStillKept: IsStillKept): T
}

/** What of it has to be kept. */
interface Lasting {
  said: readonly FeedEntry[]
  isKept?: ((reader: Reader) => boolean) | undefined
}

interface WritesParts extends Told {
  kv: SharedKeyValue
  clock: Clock
  tails: Tails
  firstTries: FirstTries
  /** What one transaction has found out may be used by the next one. */
  remembers: boolean
  /** Present where the store is divided. */
  feed?: Feed | undefined
}

const none: readonly never[] = []

/** The transactions in which something is said. */
export class Writes {
  readonly #parts: WritesParts
  readonly #index: JournalIndex
  readonly #looks: Looks

  constructor(parts: WritesParts) {
    this.#parts = parts
    this.#index = new JournalIndex(parts)
    this.#looks = new Looks(parts)
  }

  /**
   * Runs `work`, which is about one conversation, together with the projections of what it said, and tells of it when it is on
   * disk, and has come to all inboxes and rosters.
   *
   * @throws StorageError in doubt where its partition went back meanwhile, and may have lost it
   */
  run<T>(vendor: string, conversation: string, work: (tx: Transaction) => Written<T>): Promise<T> {
    const { kv, feed, clock, remembers } = this.#parts
    if (feed) return this.#runDivided(feed, vendor, conversation, work)
    const at = clock.now()
    return kv.write(
      (tx) => this.#project(tx, work(tx)),
      (written) => {
        const answer = this.#flushed(written)
        if (!written.watched || remembers) return answer
        return written.watched(answer, this.#looks.watch(at, isThere(vendor, conversation, written)))
      },
    )
  }

  async #runDivided<T>(
    feed: Feed,
    vendor: string,
    conversation: string,
    work: (tx: Transaction) => Written<T>,
  ): Promise<T> {
    const { written, fed } = await partitionOf(this.#parts.kv, vendor, conversation).write((tx) => {
      const written = work(tx)
      const { said, changed = none } = written
      this.#index.apply(tx, said)
      return { written, fed: feed.take(tx, vendor, conversation, { said, changed }) }
    })
    await feed.project(fed)
    const isStillKept = written.watched && this.#watch(feed, fed, written)
    if (!(await this.#isKept(feed, fed, written))) throw mayBeLost(conversation)
    const line = await feed.lineNow(fed)
    if (!line) throw mayBeLost(conversation)
    const said = written.said.map((entry) => ({
      ...entry,
      ...onLine(line, entry.message.seq),
      places: fed.places.of(entry),
    }))
    const answer = this.#flushed({ ...written, said })
    return written.watched && isStillKept ? written.watched(answer, isStillKept) : answer
  }

  #watch(feed: Feed, fed: Fed, written: Lasting): IsStillKept {
    const { said, isKept } = written
    const found = feed.foundNow(fed, said)
    return () => feed.isCertain(found, said) || this.#isKept(feed, found, { said, isKept })
  }

  async #isKept(feed: Feed, fed: SaidThere, { said, isKept }: Lasting): Promise<boolean> {
    if (feed.isCertain(fed, said)) return true
    if (said.length > 0 || !isKept) return feed.isKept(fed, said)
    return partitionOf(this.#parts.kv, fed.vendor, fed.conversation).read(isKept).catch(falseOfStorage)
  }

  #project<T>(tx: Transaction, written: Written<T>): Written<T> {
    const { said, changed = none } = written
    const { inbox, membershipProjections = none } = this.#parts
    if (said.length > 0) this.#index.apply(tx, said)
    const places = said.length > 0 ? inbox?.apply(tx, said) : undefined
    if (changed.length > 0) for (const each of membershipProjections) each.applyMembers(tx, changed)
    return places ? { ...written, said: said.map((entry, i) => ({ ...entry, places: places[i] as Places })) } : written
  }

  #flushed<T>({ answer, said, changed = none, handed }: Written<T>): T {
    const { tails, firstTries, committed, membersChanged, handedOver } = this.#parts
    if (changed.length > 0) membersChanged?.(changed)
    if (handed) handedOver?.(handed)
    tails.flushed(said)
    for (const { vendor, conversation, wakes = none } of said)
      for (const bot of wakes) firstTries.expect({ vendor, conversation, bot })
    if (said.length > 0) committed?.(said)
    return answer
  }
}

const isThere =
  (vendor: string, conversation: string, { said, isKept }: Lasting) =>
  (reader: Reader): boolean =>
    isKept?.(reader) ??
    said.every(({ message }) => findById(reader, vendor, conversation, message)?.seq === message.seq)

const mayBeLost = (conversation: string): StorageError => {
  const what = `Redis has less than it had, and what was said in ${conversation} may be lost: whether it was kept is not known`
  return new StorageError('away', what, { inDoubt: true })
}

/** What is told of a hand-over; nothing where there was none. */
export const handedIn = ({ vendor, conversation }: Seat, handed: Handed | undefined): { handed?: HandoffEntry } => {
  if (!handed || handed.bots.length === 0) return {}
  const { said: _, ...rest } = handed
  return { handed: { vendor, conversation, ...rest } }
}
