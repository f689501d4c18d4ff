import type { Bot, RunInput, TurnHooks } from '@daakia/bot-sdk'
import { connectInside, type Start } from '@daakia/bot-sdk/internal'
import { createClient } from '@daakia/client-sdk'
import type { Random } from '@daakia/protocol'
import { noting } from './failure/noting.js'
import { Host } from './host/host.js'
import { type Line, line } from './host/line.js'
import type { Schedule } from './races/schedule.js'
import { ScheduledClock } from './races/scheduled-clock.js'
import { type BotProcess, SceneBot } from './scene/bot.js'
import type { BotWatch } from './scene/bot-watch.js'
import { opening, opens } from './scene/opening.js'
import { Scene } from './scene/scene.js'
import { SceneUser } from './scene/user.js'
import { RealClock } from './time/real-clock.js'
import type { SceneClock } from './time/scene-clock.js'
import { seededRandom, seedFor } from './time/seeded-random.js'
import { VirtualClock } from './time/virtual-clock.js'

export interface StageOptions {
  seed: number
  time: 'virtual' | 'real'
  transport: 'memory' | 'tcp'
  /** When virtual time begins, milliseconds since the Unix epoch. */
  startsAt: number
  stuckAfterMs: number
  /** The command that plays the test again. */
  replay?: string | undefined
  /** A bot is at work on what never ends: nobody waits for that. */
  isHeldUp?: (() => boolean) | undefined
  /** Who goes first, where several race. */
  schedule?: Schedule | undefined
  /** Where conversations with the first bot start; at the beginning where it is absent. */
  startAt?: Start | undefined
}

interface StageParts extends StageOptions {
  clock: SceneClock
  host: Host
}

const virtualClock = (startsAt: number, schedule: Schedule | undefined): VirtualClock =>
  schedule ? new ScheduledClock(startsAt, schedule) : new VirtualClock(startsAt)

/** What a scene is played on: a server, and the lines that lead to it. */
export class Stage {
  readonly scene: Scene
  readonly #host: Host
  readonly #clock: SceneClock
  readonly #seed: number
  readonly #startAt: Start | undefined
  readonly #schedule: Schedule | undefined
  #connections = 0

  private constructor({ seed, clock, schedule, host, stuckAfterMs, startAt, replay, isHeldUp }: StageParts) {
    this.#startAt = startAt
    this.#clock = clock
    this.#seed = seed
    this.#schedule = schedule
    this.#host = host
    this.scene = new Scene({ clock, server: host, stuckAfterMs, replay, isHeldUp, schedule })
  }

  static async open(options: StageOptions): Promise<Stage> {
    const { time, transport, startsAt, seed } = options
    const clock = time === 'real' ? new RealClock() : virtualClock(startsAt, options.schedule)
    const host = await Host.open({ transport, clock, random: seededRandom(seedFor(seed, 'server')) })
    return new Stage({ ...options, clock, host })
  }

  add(bot: Bot, { isFirst, instances = 1 }: { isFirst: boolean; instances?: number | undefined }): void {
    const startAt = isFirst ? this.#startAt : undefined
    const start = (watch: BotWatch) => this.#run(bot, watch, startAt)
    this.scene.bots.set(bot.id, new SceneBot(bot, this.scene, { start, instances }))
  }

  /** Lets a person in. */
  enter(name: string, firstBot: string): SceneUser {
    const { transport } = this.#line(name)
    const client = createClient({ identity: name, transport, clock: this.#clock, random: this.#randomOf(name) })
    const user = new SceneUser(client, this.scene, firstBot)
    if (this.#startAt) user.opens(opening)
    return user
  }

  async close(): Promise<void> {
    await Promise.all([...this.scene.bots.values()].map((bot) => bot.end()))
    await Promise.all([...this.scene.users.values()].map(({ client }) => this.#now(client.close({ giveUpAfterMs: 0 }))))
    await this.#host.close()
  }

  #run(bot: Bot, watch: BotWatch, startAt: Start | undefined): BotProcess {
    const { transport, cut } = this.#line(bot.id)
    const log = noting((note) => this.scene.transcript.note(`${bot.id}: ${note}`))
    const hooks: TurnHooks = { 'turn.leased': ({ conversation }) => watch.leased(conversation) }
    const random = this.#randomOf(bot.id)
    const options = { transport, clock: this.#clock, random, log, hooks }
    const startsAt = ({ message }: RunInput) => (opens(message) ? startAt : undefined)
    const connection = connectInside(bot, options, { watch, startsAt })
    const kill = () => {
      cut()
      return this.#now(connection.close({ graceMs: 0 }))
    }
    return { connection, kill }
  }

  /** Of each process its own: in which order they draw is not the same over sockets. */
  #randomOf(client: string): Random {
    return seededRandom(seedFor(this.#seed, `${client} ${this.#connections}`))
  }

  #line(client: string): Line {
    this.#connections += 1
    return line({
      client,
      connection: `${client}-${this.#connections}`,
      url: this.#host.url,
      openSocket:
        this.#schedule?.over(this.#host.openSocket, `${client}-${this.#connections}`) ?? this.#host.openSocket,
      clock: this.#clock,
      keepAliveSeconds: 0,
      travelled: () => {
        this.scene.traffic.count += 1
      },
    })
  }

  /** Lets go off what is due at once. */
  async #now(work: Promise<void>): Promise<void> {
    await Promise.all([this.#clock.passTo(this.#clock.now()), work])
  }
}
