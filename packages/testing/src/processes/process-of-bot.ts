import type { LinkStatus } from '@daakia/client-sdk'
import { type BotProcess, type BotStart, EndedByItself } from '../host/port.js'
import { type Child, Killed } from './child.js'
import type { ClockOfProcesses } from './clock-of-processes.js'
import { hearing } from './deeds.js'
import type { OfBot } from './questions.js'
import type { BotChild } from './wings.js'

export interface ProcessOfBotParts extends BotChild {
  clock: ClockOfProcesses
  /** The port of the server, when it is there. */
  server(): Promise<number>
  /** Called where it can't be run, or ends by itself. */
  failed(error: unknown): void
  /** Called when it is killed. */
  left(): void
}

/** A bot in a process of its own. */
export class ProcessOfBot implements BotProcess {
  readonly child: Child<OfBot>
  readonly ready: Promise<void>
  /** Resolves when it is ready, or never will be. */
  readonly begun: Promise<void>
  readonly #parts: ProcessOfBotParts
  #status: LinkStatus = { state: 'connecting' }

  constructor(start: BotStart, parts: ProcessOfBotParts) {
    this.#parts = parts
    this.child = parts.child
    this.#listen(start)
    this.ready = this.#run(start)
    this.begun = this.ready.catch(() => {})
  }

  get status(): LinkStatus {
    return this.#status
  }

  kill(): Promise<void> {
    this.#parts.clock.leaves(this.child)
    this.#parts.left()
    return this.child.kill()
  }

  crash(): void {
    void this.kill()
  }

  #listen({ bot, watch, reach, note }: BotStart): void {
    const { child, server } = this.#parts
    const hear = hearing(bot.machine, watch)
    child.answer('reach', ({ moment, conversation }) => {
      if (moment === 'turn.leased') watch.leased(conversation)
      return reach(moment)
    })
    child.answer('server', server)
    child.answer('note', note)
    child.answer('deed', hear)
    child.answer('status', (status) => {
      this.#status = status
    })
    child.ended = ({ message }) => this.#ended(`The process of ${bot.id} ${message}`)
  }

  #ended(message: string): void {
    this.#status = { state: 'closed' }
    this.#parts.clock.leaves(this.child)
    this.#parts.failed(new EndedByItself(message))
  }

  /** A bot that the server refuses tells so by its status. */
  async #run({ bot, connection, seed, startAt }: BotStart): Promise<void> {
    const { clock, loaded, failed } = this.#parts
    try {
      await loaded
      clock.leads(this.child)
      await this.child.ask('run', { id: bot.id, connection, seed, startAt, clock: clock.clockwork })
    } catch (error) {
      if (!(error instanceof Killed) && !(error instanceof EndedByItself)) failed(error)
      throw error
    }
  }
}
