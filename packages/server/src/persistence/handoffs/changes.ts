import { type GiveHandoff, type HandoffFailure, type HandoffNote, writeBody } from '@daakia/protocol'
import type { Transaction } from '../../kv/port.js'
import { appendMessage, type Room } from '../append.js'
import { forgetBefore } from '../checkpoints.js'
import type { FeedEntry } from '../port.js'
import { type Seat, seatKey } from '../seat.js'
import { beforeFirst, standingOf } from '../standing.js'
import { conversations, type HandoffRecord, standings, states } from '../tables.js'
import { cancelTimer, timersOf } from '../timers.js'
import { forgetTries } from '../tries.js'
import { vacate } from '../vacate.js'
import { forgetWaiting, isMarked, refreshWaiting } from '../waiting.js'
import { chainFrom, chainTo, handoffBy, handoffTo, isQueued, takenBackFrom } from './chains.js'

/** What a transaction has changed of who has the conversation. */
export interface Handed {
  said: readonly FeedEntry[]
  /** Bots that it concerns. */
  bots: readonly string[]
  /** Those of them for which something waits. */
  woken: readonly string[]
  /** Those of them whose turns are over. */
  unseated: readonly string[]
}

export const nothingHanded: Handed = { said: [], bots: [], woken: [], unseated: [] }

/** How a hand-over comes back. */
export type Back = { output?: unknown } | { error: HandoffFailure }

/**
 * Changes who has a conversation, in the name of one bot and in one transaction with all else that it does. Entries are
 * named `{revision}.{index}`, from `index` on.
 */
export class HandoffChange {
  #room: Room
  #index: number
  readonly #said: FeedEntry[] = []
  readonly #bots = new Set<string>()
  readonly #woken = new Set<string>()
  readonly #unseated = new Set<string>()

  constructor(
    private readonly tx: Transaction,
    room: Room,
    private readonly by: { bot: string; revision: number; index: number; now: number },
  ) {
    this.#room = room
    this.#index = by.index
  }

  get handed(): Handed {
    return { said: this.#said, bots: [...this.#bots], woken: [...this.#woken], unseated: [...this.#unseated] }
  }

  /** Takes back what the bot handed over as `id`, and all that was handed on of it. Its messages wait for the bot again. */
  takeBack(id: string): void {
    const { bot } = this.by
    const { handoffs } = this.#room
    if (handoffBy(handoffs, bot)?.id !== id) return
    const chain = chainFrom(handoffs, bot)
    const queued = chain.filter((each) => isQueued(handoffs, each))
    const seated = chain.filter((each) => !queued.includes(each))
    this.#concerns(chain)
    this.#passOn(seated.at(-1)?.to ?? bot, bot)
    const entry = this.#tell({ to: bot, back: true }, { kind: 'taken-back' })
    const begun = seated.filter((each) => this.#hasBegun(each))
    for (const { to } of seated) this.#unseated.add(to)
    this.#replace(
      chain,
      begun.map((each) => ({ ...each, takenBack: entry.message.seq })),
    )
    for (const each of seated)
      if (begun.includes(each)) this.#callOff(each.to, entry)
      else vacate(this.tx, this.#seat(each.to))
    this.#refresh(bot, entry)
  }

  /** Gives back what the bot was handed, and ends what it had going on. */
  giveBack(back: Back): void {
    const { bot } = this.by
    const given = handoffTo(this.#room.handoffs, bot)
    if (!given || isQueued(this.#room.handoffs, given)) return
    const handedOn = handoffBy(this.#room.handoffs, bot)
    if (handedOn) this.takeBack(handedOn.id)
    this.#concerns([given])
    this.#passOn(bot, given.from)
    const { id } = given
    const note: HandoffNote =
      'error' in back ? { kind: 'failed', id, error: back.error } : { kind: 'result', id, output: back.output }
    const entry = this.#tell({ to: given.from, back: true }, note)
    this.#replace([given], [])
    this.#end(bot)
    this.#give(given.from, entry)
  }

  /** Hands the conversation over, as is known to be allowed. */
  give({ to, reason, ...given }: GiveHandoff): void {
    const { bot, now } = this.by
    const entry = this.#tell({ to, ...(reason !== undefined && { reason }) }, { kind: 'given', ...given })
    const handoff = { id: given.id, from: bot, to, seq: entry.message.seq, at: now }
    this.#replace([], [handoff])
    if (isQueued(this.#room.handoffs, handoff)) this.#showNothingOf(to)
    else this.#seatGuest(handoff, entry)
    this.#concerns([handoff])
  }

  /** The bot was told that the conversation was taken back, and is done with it. Handed to it again meanwhile, it has it. */
  leave(): void {
    const { bot } = this.by
    const left = takenBackFrom(this.#room.handoffs, bot)
    if (left) this.#replace([left], [])
    this.#end(bot)
    this.#bots.add(bot)
    const next = handoffTo(this.#room.handoffs, bot)
    if (next) this.#seatGuest(next)
  }

  /** What one has not handled waits for the other, behind what it is handed. */
  #seatGuest({ from, to, seq }: HandoffRecord, entry?: FeedEntry): void {
    const { processed, skipped } = standingOf(this.tx, this.#seat(from))
    const seat = this.#seat(to)
    // What it did there before is over: nothing that it may still keep in memory is what it is to go on with.
    const { revision } = standingOf(this.tx, seat)
    this.tx.put(standings, seatKey(seat), { ...beforeFirst, revision, processed, skipped, ahead: [seq] })
    this.#refresh(to, entry)
  }

  /** Members see nothing of what was taken back from a bot that has the conversation again. */
  #showNothingOf(bot: string): void {
    const seat = this.#seat(bot)
    this.tx.put(standings, seatKey(seat), { ...standingOf(this.tx, seat), public: beforeFirst.public })
  }

  #seat(bot: string): Seat {
    const { vendor, conversation } = this.#room
    return { vendor, conversation, bot }
  }

  #hasBegun({ to, seq }: HandoffRecord): boolean {
    return !standingOf(this.tx, this.#seat(to)).ahead?.includes(seq)
  }

  /** Members see who has it on the state of each bot through whose hands it went. */
  #concerns(changed: readonly Pick<HandoffRecord, 'from' | 'to'>[]): void {
    for (const { from, to } of changed)
      for (const bot of [from, to, ...chainTo(this.#room.handoffs, from).map((each) => each.from)]) this.#bots.add(bot)
  }

  #tell(body: { to: string; reason?: string; back?: true }, handoff: HandoffNote): FeedEntry {
    const { bot, revision, now } = this.by
    const id = `${revision}.${this.#index++}`
    const entry = appendMessage(this.tx, this.#room, {
      ...{ from: bot, to: body.to, id, at: now, handoff },
      ...writeBody('handoff', body),
    })
    this.#said.push(entry)
    return entry
  }

  #replace(gone: readonly HandoffRecord[], come: readonly HandoffRecord[]): void {
    const { vendor, conversation, handoffs: _, ...rest } = this.#room
    const handoffs = [...(this.#room.handoffs ?? []).filter((each) => !gone.includes(each)), ...come]
    const record = this.tx.get(conversations, [vendor, conversation])
    if (!record) return
    const { handoffs: __, ...others } = record
    const kept = handoffs.length > 0 && { handoffs }
    this.tx.put(conversations, [vendor, conversation], { ...others, ...kept })
    this.#room = { vendor, conversation, ...rest, ...kept }
  }

  /** What one has not handled waits for the other. */
  #passOn(from: string, to: string): void {
    const { processed, skipped } = standingOf(this.tx, this.#seat(from))
    const seat = this.#seat(to)
    const standing = standingOf(this.tx, seat)
    const furthest = Math.max(processed, standing.processed)
    const left = [...new Set([...standing.skipped, ...skipped])].filter((seq) => seq > furthest)
    this.tx.put(standings, seatKey(seat), { ...standing, processed: furthest, skipped: left })
  }

  /** The bot is given the entry ahead of all else. */
  #give(bot: string, entry: FeedEntry): void {
    const seat = this.#seat(bot)
    const standing = standingOf(this.tx, seat)
    this.tx.put(standings, seatKey(seat), { ...standing, ahead: [...(standing.ahead ?? []), entry.message.seq] })
    this.#refresh(bot, entry)
  }

  /** Where nothing waited for the bot before, it is woken by the entry. */
  #refresh(bot: string, entry?: FeedEntry): void {
    const seat = this.#seat(bot)
    const before = isMarked(this.tx, seat)
    refreshWaiting(this.tx, seat)
    if (!isMarked(this.tx, seat)) return
    this.#woken.add(bot)
    if (entry && !before) entry.wakes = [...(entry.wakes ?? []), bot]
  }

  /** The bot is told, and nothing else: neither a timer nor what its turn was about. */
  #callOff(bot: string, entry: FeedEntry): void {
    const seat = this.#seat(bot)
    this.#cancelTimers(seat)
    forgetTries(this.tx, seat)
    const { revision, public: shown, last, parked, processed } = standingOf(this.tx, seat)
    this.tx.put(standings, seatKey(seat), {
      ...beforeFirst,
      ...{ revision: revision + 1, public: shown, processed },
      ...(last && { last }),
      ...(parked && { parked }),
    })
    forgetBefore(this.tx, seat)
    this.#give(bot, entry)
  }

  /** Nothing of it is left there, but that its last commit is answered as it was when it is sent again. */
  #end(bot: string): void {
    const seat = this.#seat(bot)
    this.#cancelTimers(seat)
    forgetTries(this.tx, seat)
    const { revision, processed, last } = standingOf(this.tx, seat)
    this.tx.put(standings, seatKey(seat), { ...beforeFirst, revision, processed, ...(last && { last }) })
    this.tx.remove(states, seatKey(seat))
    forgetBefore(this.tx, seat)
    forgetWaiting(this.tx, seat)
  }

  #cancelTimers(seat: Seat): void {
    for (const { id } of timersOf(this.tx, seat)) cancelTimer(this.tx, seat, id)
  }
}
