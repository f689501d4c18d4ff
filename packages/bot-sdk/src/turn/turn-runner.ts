import type { Lease, TurnNotice } from '@daakia/protocol'
import { HotRuns } from './hot-runs.js'
import { Turn } from './turn.js'
import type { TurnParts } from './turn-parts.js'

interface OpenTurn {
  turn: Turn
  ended: Promise<void>
}

/** Runs the turns of one bot, one at a time in each conversation. */
export class TurnRunner {
  readonly #parts: TurnParts
  readonly #hot: HotRuns
  readonly #open = new Map<string, OpenTurn>()
  #closing = false

  /** @param mostHot how many runs stay in memory between their turns */
  constructor(parts: TurnParts, mostHot: number) {
    this.#parts = parts
    this.#hot = new HotRuns(mostHot)
  }

  /** Takes what the server says on `daak/turns/{conversation}`. */
  receive(conversation: string, notice: TurnNotice): void {
    const open = this.#open.get(conversation)
    const isOpen = open?.turn.fence === notice.fence
    if (notice.type === 'lease' && !isOpen && !this.#closing) this.#begin(conversation, notice, open)
    if (notice.type === 'push' && isOpen) open?.turn.push(notice)
  }

  #begin(conversation: string, lease: Lease, before: OpenTurn | undefined): void {
    before?.turn.abandon()
    const turn = new Turn(this.#parts, conversation, lease)
    this.#open.set(conversation, { turn, ended: this.#run(conversation, turn, before?.ended) })
  }

  async #run(conversation: string, turn: Turn, before: Promise<void> | undefined): Promise<void> {
    await before
    const kept = await turn.run((commitId) => this.#hot.take(conversation, commitId))
    if (kept) this.#hot.keep(conversation, kept)
    if (this.#open.get(conversation)?.turn === turn) this.#open.delete(conversation)
  }

  /** Takes no more leases, and resolves when the open turns are committed, or abandoned after `graceMs`. */
  async close({ graceMs }: { graceMs: number }): Promise<void> {
    this.#closing = true
    for (const { turn } of this.#open.values()) turn.leave()
    const grace = this.#parts.clock.after(graceMs, () => {
      for (const { turn } of this.#open.values()) turn.abandon()
    })
    await Promise.all([...this.#open.values()].map(({ ended }) => ended))
    grace.cancel()
    this.#hot.clear()
  }
}
