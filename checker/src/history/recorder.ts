import { createWriteStream, type WriteStream } from 'node:fs'
import type { Happening, Header, HistoryEvent } from './event.js'

/** Keeps what happens, in the order in which this process learned of it, and writes it to a file as it comes. */
export class Recorder {
  readonly events: HistoryEvent[] = []
  readonly #began = performance.now()
  readonly #file: WriteStream
  #ops = 0

  constructor(
    path: string,
    readonly header: Header,
  ) {
    this.#file = createWriteStream(path)
    this.#write(header)
  }

  /** Names an operation, to be given when it is invoked and when its end is known. */
  newOp(): number {
    return ++this.#ops
  }

  /** Milliseconds since the run began. */
  get ms(): number {
    return Math.round((performance.now() - this.#began) * 10) / 10
  }

  note(who: string, happening: Happening): void {
    const event = { n: this.events.length, ms: this.ms, who, ...happening }
    this.events.push(event)
    this.#write(event)
  }

  /** Resolves when the file is whole. */
  close(): Promise<void> {
    return new Promise((resolve) => this.#file.end(resolve))
  }

  #write(value: unknown): void {
    this.#file.write(`${JSON.stringify(value)}\n`)
  }
}
