import type { Bot, RunInput, TurnHooks } from '@daakia/bot-sdk'
import { connectInside, type Start } from '@daakia/bot-sdk/internal'
import { createClient } from '@daakia/client-sdk'
import type { Random } from '@daakia/protocol'
import { createServer, type KeyValue, memoryKeyValue, type Server } from '@daakia/server'
import { noting } from './failure/noting.js'
import { type BotProcess, SceneBot } from './scene/bot.js'
import type { BotWatch } from './scene/bot-watch.js'
import { opening, opens } from './scene/opening.js'
import { Scene } from './scene/scene.js'
import { SceneUser } from './scene/user.js'
import { seededRandom } from './time/seeded-random.js'
import { VirtualClock } from './time/virtual-clock.js'
import { type Line, line } from './transport/line.js'

export interface StageOptions {
  seed: number
  startsAt: number
  stuckAfterMs: number
  /** The command that plays the test again. */
  replay?: string | undefined
  /** Where conversations with the first bot start; at the beginning where it is absent. */
  startAt?: Start | undefined
}

/** What a scene is played on: a server in memory, and the lines that lead to it. */
export class Stage {
  readonly scene: Scene
  readonly #clock: VirtualClock
  readonly #random: Random
  readonly #storage: KeyValue = memoryKeyValue()
  readonly #server: Server
  readonly #startAt: Start | undefined
  #connections = 0

  private constructor({ seed, startsAt, stuckAfterMs, startAt, replay }: StageOptions) {
    this.#startAt = startAt
    this.#clock = new VirtualClock(startsAt)
    this.#random = seededRandom(seed)
    this.#server = createServer({
      dev: true,
      storage: this.#storage,
      clock: this.#clock,
      random: this.#random,
      sysIntervalSeconds: 0,
      // What fails is tried again at once: no test has to let time pass for it.
      retries: { firstMs: 0 },
      // Who has nothing to say in virtual time is not gone.
      limits: { keepAliveSeconds: 0 },
    })
    this.scene = new Scene({ clock: this.#clock, server: this.#server, stuckAfterMs, replay })
  }

  static async open(options: StageOptions): Promise<Stage> {
    const stage = new Stage(options)
    await stage.#server.start()
    return stage
  }

  add(bot: Bot, { isFirst }: { isFirst: boolean }): void {
    const startAt = isFirst ? this.#startAt : undefined
    this.scene.bots.set(bot.id, new SceneBot(bot, this.scene, (watch) => this.#run(bot, watch, startAt)))
  }

  /** Lets a person in. */
  enter(name: string, firstBot: string): SceneUser {
    const { transport } = this.#line(name)
    const client = createClient({ identity: name, transport, clock: this.#clock, random: this.#random })
    const user = new SceneUser(client, this.scene, firstBot)
    if (this.#startAt) user.opens(opening)
    return user
  }

  async close(): Promise<void> {
    await Promise.all([...this.scene.bots.values()].map((bot) => bot.kill()))
    await Promise.all([...this.scene.users.values()].map(({ client }) => this.#now(client.close({ giveUpAfterMs: 0 }))))
    await this.#server.close()
    await this.#storage.close()
  }

  #run(bot: Bot, watch: BotWatch, startAt: Start | undefined): BotProcess {
    const { transport, cut } = this.#line(bot.id)
    const log = noting((note) => this.scene.transcript.note(`${bot.id}: ${note}`))
    const hooks: TurnHooks = { 'turn.leased': ({ conversation }) => watch.leased(conversation) }
    const options = { url: 'memory:', transport, clock: this.#clock, random: this.#random, log, hooks }
    const startsAt = ({ message }: RunInput) => (opens(message) ? startAt : undefined)
    const connection = connectInside(bot, options, { watch, startsAt })
    const kill = () => {
      cut()
      return this.#now(connection.close({ graceMs: 0 }))
    }
    return { connection, kill }
  }

  #line(client: string): Line {
    this.#connections += 1
    return line({
      client,
      connection: `${client}-${this.#connections}`,
      stream: () => this.#server.connect(),
      travelled: () => {
        this.scene.traffic.count += 1
      },
    })
  }

  /** Lets go off what is due at once. */
  async #now(work: Promise<void>): Promise<void> {
    this.#clock.moveTo(this.#clock.now())
    await work
  }
}
