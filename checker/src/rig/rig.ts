import { join } from 'node:path'
import type { Recorder } from '../history/recorder.js'
import type { BotReport, ServerOrder, ServerReport } from '../programs/orders.js'
import { Child } from './child.js'
import { Line } from './line.js'

/** Scripts to be run by Node. */
export interface Programs {
  server: string
  bot: string
}

export interface RigOptions {
  folder: string
  programs: Programs
  recorder: Recorder
  bots: readonly { name: string; client: string }[]
  /** Names of the devices that get a line each. */
  devices: readonly string[]
  leaseMs: number
}

/** The server and the bots as processes, with a line between them and each of those who speak to the server. */
export class Rig {
  readonly lines = new Map<string, Line>()
  readonly #options: RigOptions
  readonly #bots = new Map<string, Child>()
  readonly #ready = new Map<string, Promise<unknown>>()
  #server: Child | undefined
  #serverPort = 0
  #clockOffsetMs = 0
  #furthestClockMs = 0
  #rests = 0
  /** Rejects when a process ends that nobody has ended. */
  readonly died: Promise<never>
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
    try {
      await rig.startServer()
      for (const name of [...options.devices, ...options.bots.map(({ name }) => name)])
        rig.lines.set(name, await Line.open(() => rig.#serverPort))
      for (const { name } of options.bots) rig.startBot(name)
      await rig.botsReady()
      return rig
    } catch (error) {
      await rig.close()
      throw error
    }
  }

  portOf(name: string): number {
    return this.lines.get(name)?.port as number
  }

  /** Without a line in between. */
  get serverPort(): number {
    return this.#serverPort
  }

  async startServer(): Promise<void> {
    const { folder, programs, leaseMs } = this.#options
    const args = [join(folder, 'data'), String(this.#clockOffsetMs), String(leaseMs)]
    this.#server = this.#start(programs.server, 'server', args)
    this.#serverPort = (await this.#server.report<Extract<ServerReport, { port: number }>>()).port
  }

  /** It is there at once, and takes turns when `botsReady` says so. */
  startBot(name: string): void {
    const { programs, bots } = this.#options
    const client = bots.find((bot) => bot.name === name)?.client ?? name
    const bot = this.#start(programs.bot, name, [client, `mqtt://127.0.0.1:${this.portOf(name)}`])
    this.#bots.set(name, bot)
    const ready = bot.report<BotReport>()
    // One that was killed before it was ready is waited for by nobody.
    ready.catch(() => {})
    this.#ready.set(name, ready)
  }

  async botsReady(): Promise<void> {
    await Promise.all(this.#ready.values())
  }

  process(name: string): Child | undefined {
    return name === 'server' ? this.#server : this.#bots.get(name)
  }

  setClock(offsetMs: number): void {
    this.#clockOffsetMs = offsetMs
    this.#furthestClockMs = Math.max(this.#furthestClockMs, offsetMs)
    this.#server?.order({ clockOffsetMs: offsetMs } satisfies ServerOrder)
  }

  /** The clock is right when what was set by it, wherever it stood then, comes within its delay. */
  healClock(): void {
    this.setClock(this.#furthestClockMs)
  }

  /** Resolves when nothing is going on in the server, as far as it can tell. */
  async rest(): Promise<void> {
    const rest = ++this.#rests
    const server = this.#server
    server?.order({ rest } satisfies ServerOrder)
    while (server && (await server.report<Extract<ServerReport, { rested: number }>>()).rested < rest);
  }

  async stopBots(): Promise<void> {
    await Promise.all([...this.#bots.values()].map((bot) => bot.kill()))
  }

  async close(): Promise<void> {
    await Promise.all([this.#server, ...this.#bots.values()].map((child) => child?.kill()))
    await Promise.all([...this.lines.values()].map((line) => line.close()))
  }

  #start(script: string, name: string, args: readonly string[]): Child {
    const { folder, recorder } = this.#options
    return Child.start(script, args, join(folder, `${name}.log`), (reason) => {
      recorder.note(name, { what: 'died', type: 'info', reason })
      this.#die(new Error(`${name} ${reason}; see ${join(folder, `${name}.log`)}`))
    })
  }
}
