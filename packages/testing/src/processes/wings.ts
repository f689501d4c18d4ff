import { Child } from './child.js'
import { type ProgramFiles, programFiles } from './program-files.js'
import type { OfBot, OfServer } from './questions.js'

export type ServerChild = Child<OfServer>

/** A process in which one bot may run. */
export interface BotChild {
  child: Child<OfBot>
  /** Rejects where the modules can't be run. */
  loaded: Promise<unknown>
}

export interface WingsOptions {
  /** Addresses of the modules that export the bots. */
  modules: readonly string[]
  /** Several scenes are played: processes are made ahead, and those of servers are used again. */
  plays: 'one' | 'many'
}

/** A scene begins with one, and where that is killed it needs another, sooner than that could be made meanwhile. */
const botsAhead = 2

/**
 * Where processes wait for their entrance. A process takes some tenths of a second to start, as long as some turns take. One
 * that has run a bot is not used again: what its modules have kept in variables would come along.
 */
export class Wings {
  readonly #files: ProgramFiles
  readonly #options: WingsOptions
  readonly #servers: ServerChild[] = []
  readonly #bots: BotChild[] = []
  /** What a server that has played had compiled: a third of a start is to compile it. */
  #codeOfServer: Uint8Array | undefined

  private constructor(files: ProgramFiles, options: WingsOptions) {
    this.#files = files
    this.#options = options
  }

  static async open(options: WingsOptions): Promise<Wings> {
    return new Wings(await programFiles(), options)
  }

  server(): ServerChild {
    const ready = this.#servers.shift() ?? this.#newServer()
    if (this.#isAhead && this.#servers.length === 0) this.#servers.push(this.#newServer())
    return ready
  }

  bot(): BotChild {
    const ready = this.#bots.shift() ?? this.#newBot()
    while (this.#isAhead && this.#bots.length < botsAhead) this.#bots.push(this.#newBot())
    return ready
  }

  /** A server that nobody has killed leaves the stage. */
  async takeBack(server: ServerChild): Promise<void> {
    if (!this.#isAhead) return server.kill()
    await server.ask('close')
    this.#codeOfServer ??= await server.ask('code')
    this.#servers.unshift(server)
  }

  async close(): Promise<void> {
    const all = [...this.#servers.splice(0), ...this.#bots.splice(0).map(({ child }) => child)]
    await Promise.all(all.map((child) => child.kill()))
  }

  get #isAhead(): boolean {
    return this.#options.plays === 'many'
  }

  #newServer(): ServerChild {
    return new Child<OfServer>(this.#files.server, { file: this.#files.run, code: this.#codeOfServer })
  }

  #newBot(): BotChild {
    const child = new Child<OfBot>(this.#files.bot)
    const loaded = child.ask('load', this.#options.modules)
    // Who runs a bot in it hears of it.
    loaded.catch(() => {})
    return { child, loaded }
  }
}
