import type { LinkStatus } from '@daakia/client-sdk'
import { type BotProcess, type BotStart, EndedByItself } from '../host/port.js'
import { type Child, Killed } from './child.js'
import type { ClockOfProcesses } from './clock-of-processes.js'
import { hearing } from './deeds.js'
import type { OfBot } from './questions.js'
import type { Relay } from './relay.js'
import type { BotChild } from './wings.js'

export interface ProcessOfBotParts extends BotChild {
  clock: ClockOfProcesses
  keepAliveSeconds: number
  /** Names of actors, whose work nobody waits for. */
  unawaited: readonly string[]
  /** What it connects to. */
  relay: Promise<Relay>
  /** Called where it can't be run, or ends by itself. */
  failed(error: unknown): void
  /** Called when it is killed. */
  left(): void
}

/** A bot in a process of its own. */
export class ProcessOfBot implements BotProcess {
  readonly child: Child<OfBot>
  readonly ready: Promise<void>
  /** Resolves when it has begun to connect, or never will. */
  readonly begun: Promise<void>
  readonly #parts: ProcessOfBotParts
  #status: LinkStatus = { state: 'connecting' }

  constructor(start: BotStart, parts: ProcessOfBotParts) {
    this.#parts = parts
    this.child = parts.child
    this.#listen(start)
    const running = this.#run(start)
    this.begun = running.catch(() => {})
    this.ready = this.#serve(running)
  }

  get status(): LinkStatus {
    return this.#status
  }

  kill(): Promise<void> {
    this.#parts.clock.leaves(this.child)
    this.#parts.left()
    void this.#parts.relay.then((relay) => relay.abandon())
    return this.child.kill()
  }

  crash(): void {
    void this.kill()
  }

  #listen({ bot, watch, sockets, reach, note }: BotStart): void {
    const { child, relay } = this.#parts
    const hear = hearing(bot.machine, watch)
    child.answer('reach', ({ moment, conversation }) => {
      if (moment === 'turn.leased') watch.leased(conversation)
      return reach(moment)
    })
    child.answer('server', async () => {
      const way = await sockets()
      return (await relay).leads(way)
    })
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

  async #run({ bot, connection, seed, startAt }: BotStart): Promise<void> {
    const { clock, loaded, keepAliveSeconds, unawaited } = this.#parts
    await loaded
    clock.leads(this.child)
    const order = { id: bot.id, connection, seed, startAt, keepAliveSeconds, unawaited }
    await this.child.ask('run', { ...order, clock: clock.clockwork })
  }

  /** A bot that the server refuses tells so by its status. */
  async #serve(running: Promise<void>): Promise<void> {
    try {
      await running
      await this.child.ask('ready')
    } catch (error) {
      if (!(error instanceof Killed) && !(error instanceof EndedByItself)) this.#parts.failed(error)
      throw error
    }
  }
}
