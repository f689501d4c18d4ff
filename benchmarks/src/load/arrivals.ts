import { setTimeout as sleep } from 'node:timers/promises'

const pollMs = 20

/** When each of a number of messages arrived. */
export class Arrivals {
  count = 0
  private readonly atMs: Float64Array

  constructor(private readonly expected: number) {
    this.atMs = new Float64Array(expected)
  }

  mark(index: number): void {
    this.atMs[index] = performance.now()
    this.count++
  }

  /** Resolves when all have come, or after `patienceMs`. */
  async all(patienceMs: number): Promise<void> {
    const deadline = performance.now() + patienceMs
    while (this.count < this.expected && performance.now() < deadline) await sleep(pollMs)
  }

  /** How long those from `first` on took since they were due, which is `perSecond` a second from `startedMs` on. */
  waitsMs({ startedMs, perSecond, first }: { startedMs: number; perSecond: number; first: number }): number[] {
    const waits: number[] = []
    for (let index = first; index < this.expected; index++) {
      const at = this.atMs[index] as number
      if (at > 0) waits.push(at - startedMs - (index * 1000) / perSecond)
    }
    return waits
  }
}
