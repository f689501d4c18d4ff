import type { Direction } from '../faults/fault.js'
import type { Line } from './line.js'

/** What networks can do to one line, or to several at once. */
export type Way = Pick<Line, 'cut' | 'mend' | 'stall' | 'delay' | 'halfOpen' | 'close'>

/** Lines that have one fate. They are somebody else's to close. */
export class Lines implements Way {
  constructor(private readonly lines: readonly Line[]) {}

  cut(): void {
    for (const line of this.lines) line.cut()
  }

  mend(): void {
    for (const line of this.lines) line.mend()
  }

  stall(direction: Direction): void {
    for (const line of this.lines) line.stall(direction)
  }

  delay(delayMs: number): void {
    for (const line of this.lines) line.delay(delayMs)
  }

  halfOpen(gone: 'client' | 'server'): void {
    for (const line of this.lines) line.halfOpen(gone)
  }

  async close(): Promise<void> {}
}
