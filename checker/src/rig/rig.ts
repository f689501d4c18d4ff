import { join } from 'node:path'
import type { Recorder } from '../history/recorder.js'
import type { BotReport, ServerOrder, ServerReport, ServerTerms } from '../programs/orders.js'
import { Child } from './child.js'
import { type Ground, layGround, type RedisKind } from './ground/index.js'
import { Line } from './line.js'
import type { Way } from './lines.js'

/** Scripts to be run by Node. */
export interface Programs {
  server: string
  bot: string
}

export interface RigOptions {
  folder: string
  programs: Programs
  recorder: Recorder
  /** Names of the server's processes: several are nodes of one server. */
  servers: readonly string[]
  /** What they keep their data in; a folder, which one of them can have, where there is none. */
  redis: RedisKind | undefined
  /** How many replicas of a Cluster have to have what is written. */
  replicas: number
  /** What is stored in a Redis is divided into so many; absent, as many as the server likes. */
  partitions: number | undefined
  bots: readonly { name: string; client: string }[]
  /** Names of the devices that get a line each. */
  devices: readonly string[]
  leaseMs: number
}

/** What can be killed, and can stand still. */
export interface Mortal {
  kill(): Promise<void>
  pause(): void
  resume(): void
}

interface Server {
  process: Child
  /** Once it has started. */
  port?: number
}

/**
 * The nodes of a server, what they keep their data in, and the bots, as processes. Between the server and each of those who
 * speak to it is a line, which leads to any of the nodes, as a load balancer does.
 */
export class Rig {
  /** Rejects when a process ends that nobody has ended. */
  readonly died: Promise<never>
  readonly #options: RigOptions
  readonly #lines = new Map<string, Line>()
  readonly #servers = new Map<string, Server>()
  readonly #bots = new Map<string, Child>()
  readonly #ready = new Map<string, Promise<unknown>>()
  readonly #clocks = new Map<string, number>()
  #ground: Ground | undefined
  #furthestClockMs = 0
  #rests = 0
  #closed = false
  #die: (error: Error) => void = () => {}

  private constructor(options: RigOptions) {
    this.#options = options
    this.died = new Promise((_, reject) => {
      this.#die = reject
    })
    this.died.catch(() => {})
  }

  static async start(options: RigOptions): Promise<Rig> {
    const rig = new Rig(options)
    const { folder, servers, redis, replicas, partitions, devices, bots, recorder } = options
    try {
      rig.#ground = await layGround(redis, {
        ...{ folder, servers, replicas, partitions },
        died: (name, reason) => rig.#noteDeath(name, reason),
        became: (name, is) => recorder.note(name, { what: 'redis', type: 'info', is }),
      })
      await rig.startServers()
      for (const name of [...devices, ...bots.map(({ name }) => name)])
        rig.#lines.set(name, await Line.open(() => rig.#lead(name)))
      for (const { name } of bots) rig.#startBot(name)
      await rig.botsReady()
      return rig
    } catch (error) {
      await rig.close()
      throw error
    }
  }

  portOf(name: string): number {
    return this.#lines.get(name)?.port as number
  }

  /** Of any node that runs, without a line in between. */
  get serverPort(): number {
    return this.#anyServer()?.port ?? 0
  }

  async startServers(): Promise<void> {
    await Promise.all(this.#options.servers.map((name) => this.#startServer(name)))
  }

  /** Starts again what was killed. A bot takes turns when `botsReady` says so. */
  async restart(name: string): Promise<void> {
    if (this.#closed) return
    if (this.#options.servers.includes(name)) await this.#startServer(name)
    else if (this.#ground?.redis.has(name)) await this.#ground.redis.get(name)?.start()
    else this.#startBot(name)
  }

  async botsReady(): Promise<void> {
    await Promise.all(this.#ready.values())
  }

  process(name: string): Mortal | undefined {
    return this.#servers.get(name)?.process ?? this.#bots.get(name) ?? this.#ground?.redis.get(name)
  }

  line(name: string): Way | undefined {
    return this.#lines.get(name) ?? this.#ground?.lines.get(name)
  }

  /** A replica takes the place of a master. */
  async failOver(): Promise<void> {
    await this.#ground?.failOver()
  }

  /** A Redis dies as a master, and a replica is elected in its place. */
  async killMaster(name: string, options: { behindMs: number }): Promise<void> {
    await this.#ground?.killMaster(name, options)
  }

  setClock(server: string, offsetMs: number): void {
    this.#clocks.set(server, offsetMs)
    this.#furthestClockMs = Math.max(this.#furthestClockMs, offsetMs)
    this.#servers.get(server)?.process.order({ clockOffsetMs: offsetMs } satisfies ServerOrder)
  }

  /** The clocks are right when what was set by one, wherever it stood then, comes within its delay. */
  healClocks(): void {
    for (const server of this.#options.servers) this.setClock(server, this.#furthestClockMs)
  }

  /** Resolves when nothing is going on in the server, as far as it can tell. */
  async rest(): Promise<void> {
    const rest = ++this.#rests
    await Promise.all(
      [...this.#servers.values()].map(async ({ process }) => {
        process.order({ rest } satisfies ServerOrder)
        while ((await process.report<Extract<ServerReport, { rested: number }>>()).rested < rest);
      }),
    )
  }

  async stopBots(): Promise<void> {
    await Promise.all([...this.#bots.values()].map((bot) => bot.kill()))
  }

  /** Kills the server and what it keeps its data in, and starts them again with what is on disk. */
  async startAnew(): Promise<void> {
    await this.#killServers()
    await this.#ground?.restart()
    await this.startServers()
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([this.#killServers(), this.stopBots()])
    await Promise.all([...this.#lines.values()].map((line) => line.close()))
    await this.#ground?.close()
  }

  #anyServer(): { name: string; port: number } | undefined {
    const running = [...this.#servers].flatMap(([name, { port }]) => (port === undefined ? [] : [{ name, port }]))
    return running[Math.floor(Math.random() * running.length)]
  }

  /** Has a line lead to any node that runs, and tells its port. */
  #lead(name: string): number {
    const server = this.#anyServer()
    const { servers, recorder } = this.#options
    if (server && servers.length > 1) recorder.note(name, { what: 'leads', type: 'info', node: server.name })
    return server?.port ?? 0
  }

  async #killServers(): Promise<void> {
    await Promise.all([...this.#servers.values()].map(({ process }) => process.kill()))
  }

  async #startServer(name: string): Promise<void> {
    const { programs, leaseMs } = this.#options
    const storage = (this.#ground as Ground).storageFor(name)
    const terms: ServerTerms = { storage, leaseMs, clockOffsetMs: this.#clocks.get(name) ?? 0 }
    const server: Server = { process: this.#start(programs.server, name, [JSON.stringify(terms)]) }
    this.#servers.set(name, server)
    server.port = (await server.process.report<Extract<ServerReport, { port: number }>>()).port
  }

  #startBot(name: string): void {
    const { programs, bots } = this.#options
    const client = bots.find((bot) => bot.name === name)?.client ?? name
    const bot = this.#start(programs.bot, name, [client, `mqtt://127.0.0.1:${this.portOf(name)}`])
    this.#bots.set(name, bot)
    const ready = bot.report<BotReport>()
    // One that was killed before it was ready is waited for by nobody.
    ready.catch(() => {})
    this.#ready.set(name, ready)
  }

  #start(script: string, name: string, args: readonly string[]): Child {
    return Child.start(script, args, {
      log: join(this.#options.folder, `${name}.log`),
      died: (reason) => this.#noteDeath(name, reason),
      aside: (report) => this.#noteSetback(name, report as ServerReport),
    })
  }

  #noteSetback(name: string, report: ServerReport): boolean {
    if (!('setback' in report)) return false
    this.#options.recorder.note(name, { what: 'setback', type: 'info', ...report.setback })
    return true
  }

  #noteDeath(name: string, reason: string): void {
    this.#options.recorder.note(name, { what: 'died', type: 'info', reason })
    this.#die(new Error(`${name} ${reason}; see ${join(this.#options.folder, `${name}.log`)}`))
  }
}
