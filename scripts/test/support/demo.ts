import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { root } from '../../lib/root.mjs'

/** A demo that runs, with all that it started, as a process group of its own. */
export class Demo implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>
  #wake: () => void = () => {}
  #over = false
  stdout = ''
  stderr = ''

  constructor(...args: readonly string[]) {
    this.#child = spawn(process.execPath, [join(root, 'scripts/demo.mjs'), ...args], { detached: true })
    this.#child.stdout?.on('data', (data) => this.#printed('stdout', data))
    this.#child.stderr?.on('data', (data) => this.#printed('stderr', data))
    this.#ended = once(this.#child, 'close').then(() => {
      this.#over = true
      this.#wake()
    })
  }

  says(...lines: readonly string[]): void {
    for (const line of lines) this.#child.stdin?.write(`${line}\n`)
  }

  /** Ends the input, and resolves with the exit status when the demo is over. */
  async hangsUp(): Promise<number | null> {
    this.#child.stdin?.end()
    await this.#ended
    return this.#child.exitCode
  }

  /** Resolves when the transcript has `text`. */
  async toShow(text: string): Promise<void> {
    while (!this.stdout.includes(text)) {
      if (this.#over) throw new Error(`The demo ended before it showed "${text}":\n${this.stdout}\n${this.stderr}`)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** `kill -9` of the demo, the server, the bot and the chat, at once. */
  async killEverything(): Promise<void> {
    if (!this.#over) process.kill(-(this.#child.pid ?? 0), 'SIGKILL')
    await this.#ended
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.killEverything()
  }

  #printed(stream: 'stdout' | 'stderr', data: Buffer): void {
    this[stream] += data.toString()
    this.#wake()
  }
}
