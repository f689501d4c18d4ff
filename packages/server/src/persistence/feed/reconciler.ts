import type { Alarm, Clock } from '@daakia/protocol'
import { incarnations } from '../../kv/incarnations.js'
import type { Partitions, SharedKeyValue } from '../../kv/port.js'
import type { Peers } from '../../peers/port.js'
import { rooms } from '../../state/roster/tables.js'
import { conversations } from '../tables.js'
import type { Feed } from './feed.js'
import { looksAt } from './lookers.js'
import { projected, reconciled, refilled } from './tables.js'
import { walk } from './walk.js'
import { askWitnesses, tellWitness } from './witnesses.js'

export interface ReconcilerParts {
  partitions: Partitions
  feed: Pick<Feed, 'restore' | 'refill'>
  peers: Pick<Peers, 'node' | 'members'>
  clock: Clock
  /** Calls `listener` each time that a partition was away and is back. Returns the way to stop it. */
  onBack?: ((listener: () => void) => () => void) | undefined
  /** Told when what is between a partition that went back and all others was put right. */
  reconciled(partition: number, found: Found): void
  failed(error: unknown): void
}

/** In how many conversations there was something to do. */
export interface Found {
  /** Others had what is lost. */
  takenBack: number
  /** It lacked what others had brought to it. */
  broughtAgain: number
}

/** How often it is looked whether something was left: it came late, its node has died, or a partition was away. */
const lookEveryMs = 60_000
/** So long after a partition is back what was left is looked at: one that refuses all writes is back several times a second. */
const lookAtLeftAfterMs = 2_000

/**
 * Walks, where a partition went back, over what the others have of its conversations, and takes away what is lost; and over theirs, and
 * brings again what is lost here. So it is put right also where nothing is said any more.
 */
export class Reconciler {
  readonly #parts: ReconcilerParts
  readonly #stopHearing: (() => void) | undefined
  /** When this node last heard that a partition went back, or began. */
  #heardAt: number
  #alarm: Alarm | undefined
  /** Pairs that were not put right: one of them was away. */
  readonly #left = new Set<string>()
  #leftAlarm: Alarm | undefined
  #asking: Promise<void> = Promise.resolve()
  #isToAsk = false
  #looking: Promise<void>
  /** What is to be done once what is under way has ended. */
  #next: How | undefined
  #closed = false

  constructor(parts: ReconcilerParts) {
    this.#parts = parts
    this.#heardAt = parts.clock.now()
    this.#looking = this.#look({ isFinal: false })
    this.#lookLater()
    // It may have been started from something older meanwhile, or know that another one was: that is heard, and looked at then.
    this.#stopHearing = parts.onBack?.(() => {
      this.#askNow()
      this.#lookAtLeftSoon()
    })
  }

  /** Resolves when what was started from something older than others have heard of is known to be so. */
  met(): Promise<void> {
    return this.#asking
  }

  /** One has, or something else did meanwhile. */
  wentBack(): void {
    this.#heardAt = this.#parts.clock.now()
    this.#lookNow({ isFinal: false })
  }

  /** Resolves when what is under way has ended. */
  async close(): Promise<void> {
    this.#closed = true
    this.#stopHearing?.()
    this.#alarm?.cancel()
    this.#leftAlarm?.cancel()
    await Promise.all([this.#looking, this.#asking])
  }

  #lookLater(): void {
    this.#alarm = this.#parts.clock.after(
      lookEveryMs,
      () => {
        this.#lookNow({ isFinal: this.#isLongAgo() })
        this.#lookLater()
      },
      'upkeep',
    )
  }

  #lookAtLeftSoon(): void {
    if (this.#closed || this.#leftAlarm || this.#left.size === 0) return
    const look = () => {
      this.#leftAlarm = undefined
      this.#lookNow({ isFinal: false, isOfLeft: true })
    }
    this.#leftAlarm = this.#parts.clock.after(lookAtLeftAfterMs, look, 'upkeep')
  }

  #isLongAgo(): boolean {
    return this.#parts.clock.now() - this.#heardAt >= lookEveryMs
  }

  /** Those that come while one is under way are one look, after it. */
  #lookNow(asked: How): void {
    const waiting = this.#next
    this.#next = {
      isFinal: asked.isFinal || waiting?.isFinal === true,
      isOfLeft: asked.isOfLeft === true && waiting?.isOfLeft !== false,
    }
    if (waiting) return
    this.#looking = this.#looking.then(() => {
      const how = this.#next ?? asked
      this.#next = undefined
      return this.#look(how)
    })
  }

  /** Those that come while one is under way are one, after it. */
  #askNow(): void {
    if (this.#isToAsk) return
    this.#isToAsk = true
    const { partitions, failed } = this.#parts
    const ask = async () => {
      this.#isToAsk = false
      if (!this.#closed) await askWitnesses(partitions, { isStopped: () => this.#closed, failed })
    }
    this.#asking = this.#asking.then(ask).catch(failed)
  }

  async #look(how: How): Promise<void> {
    if (this.#closed) return
    const { partitions, peers, failed } = this.#parts
    if (!how.isOfLeft) this.#askNow()
    const own = partitions.all.flatMap((partition, at) =>
      looksAt(peers, at) ? [this.#lookAt(partition, at, how)] : [],
    )
    // What is found by asking is heard, and looked at next.
    await Promise.all([this.#asking, ...own.map((each) => each.catch(failed))])
  }

  async #lookAt(partition: SharedKeyValue, at: number, how: How): Promise<void> {
    const others = [...this.#parts.partitions.all.entries()].filter(
      ([otherAt, other]) => other !== partition && (!how.isOfLeft || this.#left.has(pairOf(at, otherAt))),
    )
    if (others.length === 0) return
    for (const [otherAt] of others) this.#left.add(pairOf(at, otherAt))
    const [count] = (await partition.read((reader) => reader.get(incarnations, [0]))) ?? [0]
    if (count === 0) {
      for (const [otherAt] of others) this.#left.delete(pairOf(at, otherAt))
      return
    }
    // It may have been heard of since, and by this very reading.
    const isFinal = how.isFinal && this.#isLongAgo()
    const back: WentBack = { partition, at, count, isFinal, isStopped: () => this.#closed }
    const found: (Found | undefined)[] = []
    for (const [otherAt, other] of others)
      if (!this.#closed) found.push((await this.#putRight(back, other, otherAt).catch(this.#parts.failed)) ?? undefined)
    const walked = found.filter((each) => each !== undefined)
    const takenBack = sum(walked.map((each) => each.takenBack))
    const broughtAgain = sum(walked.map((each) => each.broughtAgain))
    if (walked.length > 0 && (isFinal || takenBack + broughtAgain > 0))
      this.#parts.reconciled(at, { takenBack, broughtAgain })
  }

  /** `undefined` where all of it was done before. */
  async #putRight(back: WentBack, other: SharedKeyValue, otherAt: number): Promise<Found | undefined> {
    await tellWitness(other, back.at, back.count)
    const takenBack = await this.#takeBack(back, other)
    const broughtAgain = await this.#bringAgain(back, other, otherAt)
    this.#left.delete(pairOf(back.at, otherAt))
    if (takenBack === undefined && broughtAgain === undefined) return undefined
    return { takenBack: takenBack ?? 0, broughtAgain: broughtAgain ?? 0 }
  }

  #takeBack({ partition, at, ...how }: WentBack, other: SharedKeyValue): Promise<number | undefined> {
    const { partitions, feed } = this.#parts
    return walk({
      ...how,
      ...{ through: other, table: projected, marks: { in: other, table: reconciled, key: [at] }, together: 128 },
      visit: async (vendor, conversation) =>
        partitions.of(vendor, conversation) === partition &&
        (await feed.restore(other, vendor, conversation)) !== undefined,
    })
  }

  /** By who is in a conversation there, and then by which ones are known here: for who has left it since. */
  async #bringAgain(
    { partition, at: _, ...how }: WentBack,
    other: SharedKeyValue,
    otherAt: number,
  ): Promise<number | undefined> {
    const { partitions, feed } = this.#parts
    const marks = { in: partition, table: refilled }
    // A journal may be long.
    const together = 8
    const isOwn = (vendor: string) => (client: unknown) => partitions.of(vendor, `${client}`) === partition
    // Of one that all have left, here too, nothing is lacking.
    const hasOwn = (vendor: string, conversation: string) =>
      partition.read((reader) => {
        const [, ...members] = reader.get(rooms, [vendor, conversation]) ?? [0]
        return members.some(isOwn(vendor))
      })
    const byMembers = await walk({
      ...how,
      ...{ through: other, table: conversations, marks: { ...marks, key: [otherAt, 0] }, together },
      visit: async (vendor, conversation, { members }) =>
        members.some(isOwn(vendor)) && feed.refill(partition, vendor, conversation),
    })
    const known = await walk({
      ...how,
      ...{ through: partition, table: projected, marks: { ...marks, key: [otherAt, 1] }, together },
      visit: async (vendor, conversation) =>
        partitions.of(vendor, conversation) === other &&
        (await hasOwn(vendor, conversation)) &&
        feed.refill(partition, vendor, conversation),
    })
    return byMembers === undefined && known === undefined ? undefined : (byMembers ?? 0) + (known ?? 0)
  }
}

interface How {
  /** What was on its way has come, or never will. */
  isFinal: boolean
  /** Only what was left is looked at. */
  isOfLeft?: boolean
}

interface WentBack extends Pick<How, 'isFinal'> {
  partition: SharedKeyValue
  at: number
  /** So often. */
  count: number
  isStopped(): boolean
}

const pairOf = (at: number, otherAt: number): string => `${at} ${otherAt}`

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)
