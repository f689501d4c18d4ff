import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OpenSocket } from '@daakia/client-sdk/internal'
import { openTcpSocket } from '@daakia/client-sdk/internal'
import type { TurnAtWork } from '@daakia/server'
import type { TurnMoment } from '../faults/crash-point.js'
import { type BotProcess, type BotStart, EndedByItself, type Host } from '../host/port.js'
import { type HeldUp, inRealTime } from '../scene/rest.js'
import { type AtWork, areHeldUp } from '../scene/unawaited.js'
import { seedFor } from '../time/seeded-random.js'
import { type Child, Killed } from './child.js'
import type { ClockOfProcesses } from './clock-of-processes.js'
import { Ends } from './ends.js'
import { urlOf } from './loopback.js'
import { ProcessOfBot } from './process-of-bot.js'
import type { Look, OfBot } from './questions.js'
import { quiet, type Round } from './quiet.js'
import { Relay } from './relay.js'
import type { ServerChild, Wings } from './wings.js'

export interface ProcessHostOptions {
  clock: ClockOfProcesses
  wings: Wings
  seed: number
  /** Of who asks for none, and the longest. */
  keepAliveSeconds: number
  /** Names of actors, whose work nobody waits for. */
  unawaited: readonly string[]
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
  /** Of the connections that lead to the server from here. */
  readonly #ends = new Ends('client')
  /** Of those that bots have with their relays. */
  readonly #relayed = new Ends('server')
  readonly #bots = new Set<ProcessOfBot>()
  /** `undefined` while the server starts again. */
  #running: Running | undefined
  #starting: Promise<Running>
  /** The process of the server that runs or starts. */
  #newest: ServerChild | undefined
  #starts = 0
  #isClosed = false
  /** Of all bots, when they were asked last. */
  #atWork: readonly AtWork[] = []
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

  /** Nobody was at work but on what is not waited for, when they were asked last. */
  get isHeldUp(): boolean {
    return areHeldUp(this.#atWork)
  }

  /** Runs a bot. @param travelled called whenever bytes go between it and the server */
  startBot(start: BotStart, travelled: () => void): BotProcess {
    const { clock, wings, keepAliveSeconds, unawaited } = this.#options
    const bot = new ProcessOfBot(start, {
      ...{ clock, ...wings.bot(), keepAliveSeconds, unawaited },
      relay: this.#relay(travelled),
      failed: (error) => this.#fail(error),
      left: () => this.#bots.delete(bot),
    })
    this.#bots.add(bot)
    return bot
  }

  async rest(heldUp?: HeldUp): Promise<void> {
    await Promise.race([quiet(() => this.#round(heldUp)), this.#failing])
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
    this.#relayed.close()
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
    const { wings, clock, seed, reach, keepAliveSeconds } = this.#options
    const child = wings.server()
    this.#newest = child
    if (this.#isClosed) throw new Killed()
    child.answer('reach', ({ moment }) => reach(moment))
    child.ended = (error) => this.#fail(new EndedByItself(`The server ${error.message}`))
    clock.leads(child)
    // Another one that drew the same would give ids that were given before.
    const name = this.#starts++ === 0 ? 'server' : `server ${this.#starts}`
    const order = { folder: this.#folder, seed: seedFor(seed, name), clock: clock.clockwork, keepAliveSeconds }
    const { port } = await child.ask('open', order)
    this.#ends.count(port)
    this.#running = { child, port }
    return this.#running
  }

  async #relay(travelled: () => void): Promise<Relay> {
    const relay = await Relay.open(travelled)
    this.#relayed.count(relay.port)
    return relay
  }

  #forget(child: ServerChild): Promise<void> {
    this.#options.clock.leaves(child)
    return child.kill()
  }

  /** Whoever is killed meanwhile is asked no more. */
  async #round(heldUp: HeldUp | undefined): Promise<Round> {
    for (;;)
      try {
        if (this.#isClosed || heldUp?.isOver()) return new Promise(() => {})
        return await this.#lookAround(heldUp)
      } catch (error) {
        if (!(error instanceof Killed)) throw error
      }
  }

  async #lookAround(heldUp: HeldUp | undefined): Promise<Round> {
    const own = { clients: this.#ends.all, server: this.#relayed.all }
    const { child } = this.#running ?? (await this.#starting)
    await Promise.all([...this.#bots].map((bot) => bot.begun))
    const [server, ...bots] = await Promise.all([
      this.#noted(child, child.ask('look', { butTurns: heldUp !== undefined })),
      ...[...this.#bots].map((bot) => this.#noted(bot.child, bot.child.ask('look'))),
    ])
    this.#atWork = bots.map(({ atWork }) => atWork)
    return {
      clients: [...own.clients, ...bots.flatMap(({ ends }) => ends)],
      server: [...own.server, ...server.ends],
      isBusy: heldUp !== undefined && !(await isOnlyHeldUp(child, heldUp)),
    }
  }

  async #noted<T extends Look>(child: ServerChild | Child<OfBot>, asked: Promise<T>): Promise<T> {
    const look = await asked
    this.#options.clock.isDue(child, look.nextDue)
    return look
  }
}

/** Bots have nothing in hand but what nobody can wait for. */
const isOnlyHeldUp = async (server: ServerChild, { isHeldUp }: HeldUp): Promise<boolean> =>
  (await server.ask('openTurns')).length === 0 || isHeldUp()
