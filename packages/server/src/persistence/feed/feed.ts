import type { Clock } from '@daakia/protocol'
import { StorageError } from '../../kv/errors.js'
import type { Reader, SharedKeyValue, Transaction } from '../../kv/port.js'
import { findById } from '../journal.js'
import type { FeedEntry, MembershipEntry } from '../port.js'
import { FedPlaces } from './fed-places.js'
import { fingerprintOf, fingerprintOfFounding } from './fingerprints.js'
import { Gathering } from './gathering.js'
import { goOnLine, type Line, lineOf } from './line.js'
import { Noticing } from './noticing.js'
import { onLine, project, refill } from './project.js'
import { type RestoreParts, restore } from './restore.js'
import { type FedEntry, feeds } from './tables.js'
import { FeedTrimmer } from './trimmer.js'

export interface FeedParts extends Omit<RestoreParts, 'noticing'> {
  clock: Clock
}

const none: readonly never[] = []

export const falseOfStorage = (error: unknown): false => {
  if (error instanceof StorageError) return false
  throw error
}

/** While more waits than that, nothing more is taken there: a feed is written as a whole. */
const mostWaiting = 1_500

/** No other Redis takes the place of one that died sooner: what is said within that time is in no other's place. */
export const trustedMs = 1_000

/** What was said in a conversation, and how its members have changed. */
export interface News {
  said: readonly FeedEntry[]
  changed: readonly MembershipEntry[]
}

/** A conversation and what of it is to come to clients of other partitions. */
export interface Fed {
  vendor: string
  conversation: string
  entries: readonly FedEntry[]
  line: Line
  /** False where the partition of the conversation has gone back since: it may never have been said. */
  isCurrent(): boolean
  /** When it was read, as the clock has it. */
  at: number
  /** Filled as it is brought to them. */
  places: FedPlaces
}

/** When something was said where, as far as it matters to whether it is still kept. */
export interface SaidThere extends Pick<Fed, 'vendor' | 'conversation' | 'isCurrent' | 'at'> {
  /** When it was found to be kept. A look at its partition that began since is one at this as well. */
  foundAt?: number
}

/**
 * Brings what is said in conversations to their members, where these are in other partitions. What a transaction says is put,
 * in it, into the feed of its conversation; whoever has committed it projects the whole of that feed, and takes from it what
 * has come to everybody. Each partition keeps, by conversation, how far that is: so anybody may project anything at any time, and
 * nothing comes twice. As a feed is projected from its beginning, nothing comes before what was said before it.
 */
export class Feed {
  readonly #parts: FeedParts & RestoreParts
  readonly #trimmer: FeedTrimmer
  /** By conversation: the newest projection that is under way. */
  readonly #underWay = new Map<string, Promise<boolean>>()
  /** By conversation: what is projected together when all that was committed with it is known. */
  readonly #gathering = new Map<string, Gathering>()
  /** How often this node has heard that a partition went back. */
  readonly #setbacks = new Map<SharedKeyValue, number>()
  /** When the newest look at a partition that found something kept there began: it had not gone back by then. */
  readonly #lookedAt = new Map<SharedKeyValue, number>()

  constructor(parts: FeedParts) {
    this.#parts = { ...parts, noticing: new Noticing(parts.partitions) }
    this.#trimmer = new FeedTrimmer(parts.partitions, parts.clock)
  }

  /**
   * In the transaction that says it: projects it to the clients of the same partition, and keeps it for the others. Answers
   * all that is to come to those.
   *
   * @throws StorageError `away` where too much waits for a partition that can't be reached
   */
  take(tx: Transaction, vendor: string, conversation: string, news: News): Fed {
    const { partitions } = this.#parts
    const home = partitions.of(vendor, conversation)
    const isHere = (client: string) => partitions.of(vendor, client) === home
    const places = new FedPlaces()
    const line = goOnLine(tx, vendor, conversation, firstOf(news))
    this.#projectHere(tx, news, { isHere, places, line })
    const key = [vendor, conversation]
    const before = tx.get(feeds, key) ?? none
    const left = this.#trimmer.withoutProjected({ vendor, conversation, line }, before)
    if (left.length >= mostWaiting && news.said.length > 0) throw tooMuchWaits(conversation)
    const entries = [...left, ...entriesFor(news, (client) => !isHere(client))]
    if (entries.length > 0) {
      if (entries.length > left.length || left.length < before.length) tx.put(feeds, key, entries)
    } else if (before.length > 0) tx.remove(feeds, key)
    return { vendor, conversation, entries, line, places, isCurrent: this.#sinceNow(home), at: this.#parts.clock.now() }
  }

  /** What waits there, to be projected. */
  async waiting(vendor: string, conversation: string): Promise<Fed> {
    const home = this.#parts.partitions.of(vendor, conversation)
    const [isCurrent, at] = [this.#sinceNow(home), this.#parts.clock.now()]
    const { entries, line } = await home.read((reader) => ({
      entries: reader.get(feeds, [vendor, conversation]) ?? none,
      line: lineOf(reader, vendor, conversation),
    }))
    return { vendor, conversation, entries, line, places: new FedPlaces(), isCurrent, at }
  }

  /**
   * Takes from a partition what it has of a conversation, and what is lost. Answers the clients whom it concerns; `undefined` where
   * nothing of it is lost. @throws StorageError
   */
  restore(target: SharedKeyValue, vendor: string, conversation: string): Promise<readonly string[] | undefined> {
    return restore(this.#parts, target, vendor, conversation)
  }

  /**
   * Resolves when it has come to everybody, and what was said there before has too. It never rejects: where it could not be done
   * it stays in the feed, from which somebody takes it later, and the answer is false.
   */
  project(fed: Fed): Promise<boolean> {
    const name = nameOf(fed)
    if (fed.entries.length === 0 && !this.#underWay.has(name)) return Promise.resolve(true)
    const gathering = this.#gathering.get(name)
    if (gathering?.add(fed)) return gathering.done
    const before = this.#underWay.get(name)
    const begun = new Gathering(fed, (whole) => {
      if (this.#gathering.get(name) === begun) this.#gathering.delete(name)
      return this.#projectAfter(before, whole)
    })
    this.#gathering.set(name, begun)
    this.#underWay.set(name, begun.done)
    void begun.done.then(() => {
      if (this.#underWay.get(name) === begun.done) this.#underWay.delete(name)
    })
    return begun.done
  }

  /** What is known of what was said in a partition, or has come to everybody, may never have been. */
  wentBack(partition: SharedKeyValue): void {
    this.#setbacks.set(partition, this.#setbacksOf(partition) + 1)
    this.#trimmer.forget(partition)
  }

  /** Resolves when what has come to everybody is taken from the feeds. */
  close(): Promise<void> {
    return this.#trimmer.close()
  }

  #setbacksOf(partition: SharedKeyValue): number {
    return this.#setbacks.get(partition) ?? 0
  }

  #sinceNow(partition: SharedKeyValue): () => boolean {
    const setbacks = this.#setbacksOf(partition)
    return () => this.#setbacksOf(partition) === setbacks
  }

  /** Brings to a partition what it lacks of a conversation of another one. Answers whether there was something. @throws StorageError */
  async refill(target: SharedKeyValue, vendor: string, conversation: string): Promise<boolean> {
    const [isCurrent, at] = [this.#sinceNow(this.#parts.partitions.of(vendor, conversation)), this.#parts.clock.now()]
    const places = new FedPlaces()
    const { isNews } = await refill(this.#parts, target, { vendor, conversation, isCurrent, at, places })
    if (isNews) this.#parts.restored?.({ vendor, conversation, clients: places.clients })
    return isNews
  }

  /**
   * Whether what was said is kept for all that this node knows: the partition of the conversation may have gone back while it was brought
   * to others. Where that took long, the node may have had no reason to look, and looks now. False where it can't.
   */
  async isKept(there: SaidThere, said: readonly FeedEntry[]): Promise<boolean> {
    if (this.isCertain(there, said)) return true
    const { vendor, conversation } = there
    const isThere =
      (reader: Reader) =>
      ({ message }: FeedEntry) =>
        findById(reader, vendor, conversation, message)?.seq === message.seq
    const home = this.#parts.partitions.of(vendor, conversation)
    const began = this.#parts.clock.now()
    const isKept = said.length > 0 && (await home.read((reader) => said.every(isThere(reader))).catch(falseOfStorage))
    if (isKept) this.#lookedAt.set(home, began)
    return isKept
  }

  /** Where it is found to be kept from now on: heard of is what comes after, and nothing gets younger by not being looked at. */
  foundNow(fed: Fed, said: readonly FeedEntry[]): SaidThere {
    const { vendor, conversation } = fed
    const at = this.isCertain(fed, said) ? fed.at : this.#parts.clock.now()
    const isCurrent = this.#sinceNow(this.#parts.partitions.of(vendor, conversation))
    return { vendor, conversation, isCurrent, at, foundAt: this.#parts.clock.now() }
  }

  /** Whether there is no reason to look. */
  isCertain({ vendor, conversation, isCurrent, at, foundAt }: SaidThere, said: readonly FeedEntry[]): boolean {
    if (!isCurrent()) return false
    if (foundAt === undefined && said.length === 0) return true
    const isRecent = (ms: number) => Math.abs(this.#parts.clock.now() - ms) < trustedMs
    if (foundAt === undefined || isRecent(at)) return isRecent(at)
    const lookedAt = this.#lookedAt.get(this.#parts.partitions.of(vendor, conversation)) ?? 0
    return lookedAt >= foundAt && isRecent(lookedAt)
  }

  /** On which line it is by now: it may have gone on since in the place of what is lost. False where it can't be looked at. */
  async lineNow({ vendor, conversation, line, isCurrent }: Fed): Promise<Line | false> {
    if (isCurrent()) return line
    const home = this.#parts.partitions.of(vendor, conversation)
    return home.read((reader) => lineOf(reader, vendor, conversation)).catch(falseOfStorage)
  }

  async #projectAfter(before: Promise<boolean> | undefined, fed: Fed): Promise<boolean> {
    if (fed.entries.length === 0) return (await before) ?? true
    const [done] = await Promise.all([this.#bring(fed), before])
    const last = done?.entries.at(-1)
    if (done && last) this.#trimmer.projected({ ...done, seq: last.seq })
    return done !== undefined
  }

  /** Answers what has come to everybody. */
  async #bring(fed: Fed): Promise<Fed | undefined> {
    if (await project(this.#parts, fed).then(succeeded, failed)) return fed
    if (fed.isCurrent()) return undefined
    // What is left of it, on the line on which that is now.
    const left = await this.waiting(fed.vendor, fed.conversation).catch(() => undefined)
    return left && (await project(this.#parts, left).then(succeeded, failed)) ? left : undefined
  }

  #projectHere(tx: Transaction, { said, changed }: News, { isHere, places, line }: Here): void {
    const { inbox, membershipProjections } = this.#parts
    const here = said.map((entry) => ({
      ...entry,
      ...onLine(line, entry.message.seq),
      members: entry.members.filter(isHere),
    }))
    if (here.length > 0 && inbox) places.add(here, inbox.apply(tx, here))
    // Who the members are is kept with the conversation as well.
    const changes = changed.map((entry) => ({
      ...entry,
      joined: entry.joined.filter(isHere),
      left: entry.left.filter(isHere),
    }))
    if (changes.length > 0) for (const each of membershipProjections) each.applyMembers(tx, changes)
  }
}

interface Here {
  isHere(client: string): boolean
  places: FedPlaces
  line: Line
}

const nameOf = ({ vendor, conversation }: Fed): string => `${vendor}/${conversation}`

/** The oldest place of the journal that it is about. */
const firstOf = ({ said, changed }: News): number | undefined => {
  const seqs = [...said.map(({ message }) => message.seq), ...changed.map(({ seq }) => seq)]
  return seqs.length > 0 ? Math.min(...seqs) : undefined
}

const tooMuchWaits = (conversation: string): StorageError =>
  new StorageError('away', `What was said in ${conversation} can't be brought to all its members now. Try again later`)

const succeeded = () => true
const failed = () => false

const beginningAt = (seq: number, at: number): FedEntry =>
  seq === 0 ? { seq, fingerprint: fingerprintOfFounding(at) } : { seq }

/** What is for others, by its place in the journal. */
const entriesFor = ({ said, changed }: News, isElsewhere: (client: string) => boolean): FedEntry[] => {
  const bySeq = new Map<number, FedEntry>()
  for (const { message, members } of said) {
    const others = members.filter(isElsewhere)
    if (others.length > 0)
      bySeq.set(message.seq, { seq: message.seq, members: others, fingerprint: fingerprintOf(message) })
  }
  for (const { vendor: _, conversation: __, seq, ...change } of changed)
    if ([...change.members, ...change.left].some(isElsewhere))
      bySeq.set(seq, { ...beginningAt(seq, change.at), ...bySeq.get(seq), change })
  return [...bySeq.values()].sort((one, other) => one.seq - other.seq)
}
