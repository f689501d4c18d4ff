import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'

export interface ChildOptions {
  /** Path of the file for its standard error. */
  log: string
  /** Told when it ends without being asked to. */
  died(reason: string): void
  /** Takes reports that nobody waits for; false for others. */
  aside?: (report: unknown) => boolean
}

/** A process of the rig. Its standard error goes to a file. */
export class Child {
  readonly #process: ChildProcess
  readonly #reports: unknown[] = []
  #wake = () => {}
  #stopping = false

  private constructor(process: ChildProcess, aside: ChildOptions['aside']) {
    this.#process = process
    process.on('message', (report) => {
      if (aside?.(report)) return
      this.#reports.push(report)
      this.#wake()
    })
    process.on('exit', () => this.#wake())
    // An order to one that has just ended.
    process.on('error', () => {})
  }

  /** Starts a script with Node. */
  static start(script: string, args: readonly string[], { log, died, aside }: ChildOptions): Child {
    const file = openSync(log, 'a')
    const child = new Child(fork(script, args, { stdio: ['ignore', 'ignore', file, 'ipc'] }), aside)
    closeSync(file)
    child.#process.on('exit', (code, signal) => {
      if (!child.#stopping) died(`ended by itself with ${code ?? signal}`)
    })
    return child
  }

  /** The next report of the process. @throws Error where it ends first */
  async report<T>(): Promise<T> {
    while (this.#reports.length === 0) {
      if (this.#ended) throw new Error('the process ended first')
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    return this.#reports.shift() as T
  }

  order(order: unknown): void {
    if (!this.#ended && this.#process.connected) this.#process.send(order as object, () => {})
  }

  pause(): void {
    this.#process.kill('SIGSTOP')
  }

  resume(): void {
    this.#process.kill('SIGCONT')
  }

  /** Ends it at once, as `kill -9` does. */
  async kill(): Promise<void> {
    this.#stopping = true
    if (this.#ended) return
    const exited = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await exited
  }

  get #ended(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null
  }
}
