import type { Lease, TurnNotice } from '@daakia/protocol'
import { HotRuns, Seat } from './hot-runs.js'
import { Turn } from './turn.js'
import type { TurnParts } from './turn-parts.js'

/** What a bot has of a conversation in memory. */
class Place extends Seat {
  readonly conversation: string
  /** The turn that is open. */
  turn: Turn | undefined
  /** Resolves when the turn that was begun last is over. */
  ended: Promise<void> | undefined

  constructor(conversation: string) {
    super()
    this.conversation = conversation
  }
}

/** Runs the turns of one bot, one at a time in each conversation. */
export class TurnRunner {
  readonly #parts: TurnParts
  readonly #hot: HotRuns<Place>
  /**
   * A place stays for as long as its run does. A `Map` that is added to and deleted from each turn is remade every few
   * turns, and its old tables keep what they held, and the next table, until the whole heap is looked through.
   */
  readonly #places = new Map<string, Place>()
  #closing = false

  /** @param mostHot how many runs stay in memory between their turns */
  constructor(parts: TurnParts, mostHot: number) {
    this.#parts = parts
    this.#hot = new HotRuns(mostHot, (place) => this.#leave(place))
  }

  /** Takes what the server says on `daak/turns/{conversation}`. */
  receive(conversation: string, notice: TurnNotice): void {
    const turn = this.#places.get(conversation)?.turn
    const isOpen = turn?.fence === notice.fence
    if (notice.type === 'lease' && !isOpen && !this.#closing) this.#begin(this.#placeOf(conversation), notice)
    if (notice.type === 'push' && isOpen) turn?.push(notice)
  }

  #placeOf(conversation: string): Place {
    const place = this.#places.get(conversation) ?? new Place(conversation)
    if (!place.turn && !place.hot) this.#places.set(conversation, place)
    return place
  }

  #begin(place: Place, lease: Lease): void {
    place.turn?.abandon()
    const before = place.turn && place.ended
    const turn = new Turn(this.#parts, place.conversation, lease)
    place.turn = turn
    place.ended = this.#run(place, turn, before)
  }

  async #run(place: Place, turn: Turn, before: Promise<void> | undefined): Promise<void> {
    // Also where there was none: turns that came together go on step by step together, which is faster than one by one.
    await before
    const kept = await turn.run((commitId) => this.#hot.take(place, commitId))
    if (place.turn === turn) place.turn = undefined
    if (kept) this.#hot.keep(place, kept)
    else this.#leave(place)
  }

  #leave(place: Place): void {
    if (!place.turn && !place.hot) this.#places.delete(place.conversation)
  }

  /** Takes no more leases, and resolves when the open turns are committed, or abandoned after `graceMs`. */
  async close({ graceMs }: { graceMs: number }): Promise<void> {
    this.#closing = true
    const open = [...this.#places.values()].filter(({ turn }) => turn)
    for (const { turn } of open) turn?.leave()
    const grace = this.#parts.clock.after(graceMs, () => {
      for (const { turn } of open) turn?.abandon()
    })
    await Promise.all(open.map(({ ended }) => ended))
    grace.cancel()
    this.#hot.clear()
  }
}
