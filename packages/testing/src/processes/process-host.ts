import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OpenSocket } from '@daakia/client-sdk/internal'
import { openTcpSocket } from '@daakia/client-sdk/internal'
import type { TurnAtWork } from '@daakia/server'
import type { TurnMoment } from '../faults/crash-point.js'
import { type BotProcess, type BotStart, EndedByItself, type Host } from '../host/port.js'
import { inRealTime } from '../scene/rest.js'
import { seedFor } from '../time/seeded-random.js'
import { type Child, Killed } from './child.js'
import type { ClockOfProcesses } from './clock-of-processes.js'
import { Ends } from './ends.js'
import { urlOf } from './loopback.js'
import { ProcessOfBot } from './process-of-bot.js'
import type { Look, OfBot } from './questions.js'
import { quiet, type Round } from './quiet.js'
import type { ServerChild, Wings } from './wings.js'

export interface ProcessHostOptions {
  clock: ClockOfProcesses
  wings: Wings
  seed: number
  /** Called when a turn comes to this moment in the server, and waited for. */
  reach(moment: TurnMoment): Promise<never> | undefined
}

/** Nobody waits longer for what is only told. */
const mostToAnswerMs = 1_000

/** A server that runs. */
interface Running {
  child: ServerChild
  port: number
}

/** A server and bots, each in a process of its own, with what is stored on a disk. */
export class ProcessHost implements Host {
  readonly #options: ProcessHostOptions
  readonly #folder: string
  readonly #ends = new Ends('client')
  readonly #bots = new Set<ProcessOfBot>()
  /** `undefined` while the server starts again. */
  #running: Running | undefined
  #starting: Promise<Running>
  /** The process of the server that runs or starts. */
  #newest: ServerChild | undefined
  #starts = 0
  #isClosed = false
  /** Rejects where something ends that nobody has killed, or can't be run. */
  readonly #failing: Promise<never>
  #fail: (error: unknown) => void = () => {}

  private constructor(options: ProcessHostOptions, folder: string) {
    this.#options = options
    this.#folder = folder
    this.#failing = new Promise((_, reject) => {
      this.#fail = reject
    })
    // It is told to who waits for rest.
    this.#failing.catch(() => {})
    this.#starting = this.#start()
  }

  static async open(options: ProcessHostOptions): Promise<ProcessHost> {
    const host = new ProcessHost(options, await mkdtemp(join(tmpdir(), 'daakia-scene-')))
    await host.#starting.catch(async (error) => {
      await host.close()
      throw error
    })
    return host
  }

  sockets(): OpenSocket | Promise<OpenSocket> {
    return this.#running ? this.#socketsOf(this.#running) : this.#starting.then((running) => this.#socketsOf(running))
  }

  /** Runs a bot. */
  startBot(start: BotStart): BotProcess {
    const { clock, wings } = this.#options
    const bot = new ProcessOfBot(start, {
      ...{ clock, ...wings.bot() },
      server: async () => (this.#running ?? (await this.#starting)).port,
      failed: (error) => this.#fail(error),
      left: () => this.#bots.delete(bot),
    })
    this.#bots.add(bot)
    return bot
  }

  async rest(): Promise<void> {
    await Promise.race([quiet(() => this.#round()), this.#failing])
  }

  /** A server that is not there, or is too busy to answer, has none that can be told. */
  async openTurns(): Promise<readonly TurnAtWork[]> {
    const asked = this.#running?.child.ask('openTurns') ?? []
    return inRealTime(mostToAnswerMs, async () => asked).catch(() => [])
  }

  busyWith(): string | undefined {
    return this.#running ? undefined : 'the server starts'
  }

  crash(): void {
    const killed = this.#running
    if (!killed) return
    this.#running = undefined
    const over = this.#forget(killed.child)
    this.#starting = over.then(() => this.#start())
    this.#starting.catch((error) => this.#fail(error))
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#ends.close()
    const child = this.#newest
    if (child) {
      this.#options.clock.leaves(child)
      await (this.#running ? this.#options.wings.takeBack(child).catch(() => child.kill()) : child.kill())
    }
    await rm(this.#folder, { recursive: true, force: true })
  }

  #socketsOf({ port }: Running): OpenSocket {
    return (_, events) => openTcpSocket(urlOf(port), events)
  }

  async #start(): Promise<Running> {
    const { wings, clock, seed, reach } = this.#options
    const child = wings.server()
    this.#newest = child
    if (this.#isClosed) throw new Killed()
    child.answer('reach', ({ moment }) => reach(moment))
    child.ended = (error) => this.#fail(new EndedByItself(`The server ${error.message}`))
    clock.leads(child)
    // Another one that drew the same would give ids that were given before.
    const name = this.#starts++ === 0 ? 'server' : `server ${this.#starts}`
    const order = { folder: this.#folder, seed: seedFor(seed, name), clock: clock.clockwork }
    const { port } = await child.ask('open', order)
    this.#ends.count(port)
    this.#running = { child, port }
    return this.#running
  }

  #forget(child: ServerChild): Promise<void> {
    this.#options.clock.leaves(child)
    return child.kill()
  }

  /** Whoever is killed meanwhile is asked no more. */
  async #round(): Promise<Round> {
    for (;;)
      try {
        if (this.#isClosed) return new Promise(() => {})
        const clients = this.#ends.all
        const { child } = this.#running ?? (await this.#starting)
        await Promise.all([...this.#bots].map((bot) => bot.begun))
        const [server, ...bots] = await Promise.all([
          this.#lookAt(child),
          ...[...this.#bots].map((bot) => this.#lookAt(bot.child)),
        ])
        return { server: server.ends, clients: [...clients, ...bots.flatMap(({ ends }) => ends)] }
      } catch (error) {
        if (!(error instanceof Killed)) throw error
      }
  }

  async #lookAt(child: ServerChild | Child<OfBot>): Promise<Look> {
    const look = await (child as Child<OfBot>).ask('look')
    this.#options.clock.isDue(child, look.nextDue)
    return look
  }
}
