import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { EndedByItself } from '../host/port.js'
import { Dialogue, type Questions } from './dialogue.js'
import type { OfTest } from './questions.js'

/** Why nothing more comes of a process that was killed on purpose. */
export class Killed extends Error {
  override readonly name = 'Killed'
}

/** So much of what a process has printed is told where it ends by itself. */
const mostOutput = 4_000

/** What `run` is told first. */
export interface Beginning {
  /** Of the program, as a process before has compiled it. */
  code: Uint8Array | undefined
}

/** What runs a program that is a file of CommonJS. */
export interface Runner extends Beginning {
  file: string
}

/** A process of a scene, of which the test has hold. */
export class Child<Theirs extends Questions> extends Dialogue<Theirs, OfTest> {
  readonly #process: ChildProcess
  readonly #ended: Promise<unknown>
  #output = ''
  /** Called where it ends by itself. */
  ended: (error: EndedByItself) => void = () => {}

  constructor(program: string, runner?: Runner) {
    const [file, ...words] = runner ? [runner.file, program] : [program]
    const stdio: ('ignore' | 'pipe' | 'ipc')[] = ['ignore', 'pipe', 'pipe', 'ipc']
    const child = fork(file, words, { stdio, execArgv: [], serialization: 'advanced' })
    // To a process that has just died nothing can be told; that it has is noticed by its end.
    super((packet) => child.connected && child.send(packet as object, () => {}))
    this.#process = child
    this.#ended = once(child, 'exit')
    child.on('message', (packet) => this.receive(packet))
    if (runner) child.send({ code: runner.code } satisfies Beginning, () => {})
    this.#print('stdout')
    this.#print('stderr')
    child.once('close', () => this.#mourn())
  }

  /** Ends it at once, as `kill -9` does, and resolves when it has ended. Nothing of it is heard any more. */
  async kill(): Promise<void> {
    this.end(new Killed())
    this.#process.kill('SIGKILL')
    await this.#ended
  }

  #print(stream: 'stdout' | 'stderr'): void {
    this.#process[stream]?.on('data', (bytes: Buffer) => {
      this.#output = (this.#output + bytes).slice(-mostOutput)
      process[stream].write(bytes)
    })
  }

  #mourn(): void {
    const { exitCode, signalCode } = this.#process
    const how = signalCode === null ? `with exit code ${exitCode}` : `by ${signalCode}`
    const printed = this.#output.trim() === '' ? 'It printed nothing.' : `It printed:\n${this.#output.trim()}`
    const error = new EndedByItself(`ended ${how}, and nobody has killed it. ${printed}`)
    if (this.end(error)) this.ended(error)
  }
}
