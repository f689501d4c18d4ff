import type { QueueName, Queues } from './port.js'
import type { Progress } from './progress.js'

export interface ProgressWriterParts {
  queues: Pick<Queues, 'settle'>
  /** Of the owner that this node is. */
  token: string
  /** It writes nothing more. Called once. */
  disowned(): void
  failed(error: unknown): void
}

/** Writes how far a group is, for as long as this node works on it: one write is under way at a time, with all that has changed. */
export class ProgressWriter {
  #isDisowned = false
  /** Another node may have taken its place. */
  #doubts = false
  #writing: Promise<void> | undefined

  constructor(
    private readonly name: QueueName,
    private readonly progress: Progress,
    private readonly parts: ProgressWriterParts,
  ) {}

  get isDisowned(): boolean {
    return this.#isDisowned
  }

  /** Something has changed. */
  write(): void {
    if (this.#writing || this.#isDisowned) return
    const change = this.progress.takeChange() ?? (this.#doubts ? {} : undefined)
    if (!change) return
    this.#doubts = false
    this.#writing = this.parts.queues.settle(this.name, change, this.parts.token).then(
      (isOwner) => (isOwner ? this.#written() : this.disown()),
      (error: unknown) => {
        this.parts.failed(error)
        this.#written()
      },
    )
  }

  /** Whether another node works on it is asked, and not waited for. */
  check(): void {
    this.#doubts = true
    this.write()
  }

  /** Another node works on it, or what is stored of it has gone back. */
  disown(): void {
    this.#writing = undefined
    if (this.#isDisowned) return
    this.#isDisowned = true
    this.parts.disowned()
  }

  /** Resolves when nothing more is written. */
  async end(): Promise<void> {
    this.write()
    while (this.#writing) await this.#writing
  }

  #written(): void {
    this.#writing = undefined
    this.write()
  }
}
