import type { Bot } from '@daakia/bot-sdk'
import type { Start } from '@daakia/bot-sdk/internal'
import { type Client, createClient } from '@daakia/client-sdk'
import type { OpenSocket } from '@daakia/client-sdk/internal'
import type { Role } from './casting.js'
import { type Acknowledged, tellingAcknowledged } from './delivery/acknowledgements.js'
import type { Replay } from './failure/replay.js'
import { type Crashes, type CrashPoint, describedPoint } from './faults/crash-point.js'
import { FaultyLine } from './faults/lines/faulty-line.js'
import type { LossPlan } from './faults/loss-plan.js'
import { type Line, line } from './host/line.js'
import type { BotProcess, Host, StartBot, TurnWatch } from './host/port.js'
import { openPlace, type Place, type PlaceOptions } from './place.js'
import { hearing, telling } from './processes/deeds.js'
import type { Schedule } from './races/schedule.js'
import { SceneBot, type SceneBotParts } from './scene/bot.js'
import type { BotWatch } from './scene/bot-watch.js'
import { SceneDevice } from './scene/device.js'
import { Hearing } from './scene/hearing.js'
import { opening } from './scene/opening.js'
import { Scene } from './scene/scene.js'
import { SceneUser } from './scene/user.js'
import { duringNow, type SceneClock } from './time/scene-clock.js'
import { seededRandom, seedFor } from './time/seeded-random.js'

export interface StageOptions extends PlaceOptions {
  stuckAfterMs: number
  /** Tells how the test is played again. */
  replay?: Replay | undefined
  /** A bot is at work on what never ends: nobody waits for that. */
  isHeldUp?: (() => boolean) | undefined
  /** Who is killed, and where. */
  crashes?: Crashes | undefined
  /** Which packet gets lost. */
  losses?: LossPlan | undefined
  /** Where conversations with the first bot start; at the beginning where it is absent. */
  startAt?: Start | undefined
}

interface Playing {
  watch: BotWatch
  crash(): void
  startAt: Start | undefined
  faults: FaultyLine
}

/** The server is there before the stage is. */
interface Reached {
  at(moment: CrashPoint['at']): Promise<never> | undefined
}

interface StageParts extends StageOptions {
  place: Place
}

/** What a scene is played on: a server, and the lines that lead to it. */
export class Stage {
  readonly scene: Scene
  readonly #place: Place
  readonly #host: Host
  readonly #startBot: StartBot
  readonly #clock: SceneClock
  readonly #seed: number
  readonly #crashes: Crashes | undefined
  readonly #startAt: Start | undefined
  readonly #schedule: Schedule | undefined
  readonly #losses: LossPlan | undefined
  readonly #keepAliveSeconds: number
  /** Of all devices and bots. */
  readonly #lines: FaultyLine[] = []
  #connections = 0

  private constructor(parts: StageParts) {
    const { seed, schedule, place, stuckAfterMs, startAt, replay, crashes, isHeldUp } = parts
    const { clock, host } = place
    this.#crashes = crashes
    this.#losses = parts.losses
    this.#keepAliveSeconds = parts.keepAliveSeconds
    this.#startAt = startAt
    this.#clock = clock
    this.#seed = seed
    this.#schedule = schedule
    this.#place = place
    this.#host = host
    this.#startBot = place.bots(this.#travelled)
    const held = place.isHeldUp ?? isHeldUp
    this.scene = new Scene({ clock, server: host, stuckAfterMs, replay, isHeldUp: held, schedule })
  }

  static async open(options: StageOptions): Promise<Stage> {
    const reached: Reached = { at: () => undefined }
    const place = await openPlace(options, (moment) => reached.at(moment))
    const stage = new Stage({ ...options, place })
    reached.at = (moment) => stage.#reach('server', moment, () => place.crashAt(moment, stage.scene.traffic))
    return stage
  }

  add(role: Role, { isFirst, instances = 1 }: { isFirst: boolean; instances?: number | undefined }): void {
    const { bot } = role
    const startAt = isFirst ? this.#startAt : undefined
    const faults = this.#faultsOf(bot.id)
    const start: SceneBotParts['start'] = (watch, crash) => this.#run(role, { watch, crash, startAt, faults })
    this.scene.bots.set(bot.id, new SceneBot(bot, this.scene, { line: faults, start, instances }))
  }

  /** Lets a person in. */
  enter(name: string, firstBot: string): SceneUser {
    const common = { scene: this.scene, firstBot }
    const user = new SceneUser({
      ...{ ...common, name, deviceName: undefined, call: name },
      ...{ ...this.#connected(name, name), hearing: new Hearing(), heads: new Map() },
      connect: (parts) => new SceneDevice({ ...common, ...parts, ...this.#connected(name, parts.name) }),
    })
    if (this.#startAt) user.opens(opening)
    return user
  }

  /** @param name of the device */
  #connected(identity: string, name: string): { client: Client; line: FaultyLine } {
    const faults = this.#faultsOf(name)
    const told = (message: Acknowledged) => this.scene.record.acknowledged(identity, message)
    const { transport: open } = this.#line(identity, this.#nextConnection(identity), faults)
    const transport = tellingAcknowledged(open, told)
    const random = seededRandom(this.#seedOf(identity))
    return { client: createClient({ identity, transport, clock: this.#clock, random }), line: faults }
  }

  /** All connections of a device, or of a bot. */
  #faultsOf(name: string): FaultyLine {
    const losses = this.#losses
    const made = new FaultyLine({
      name,
      clock: this.#clock,
      note: (text) => this.scene.transcript.note(text),
      ...(losses && { passes: (from, kind) => losses.pass(name, from, kind) }),
      isWaited: () => this.#lines.some(({ waits }) => waits),
      overtakes: (line, from, kind) => {
        for (const other of this.#lines) if (other !== line) other.overtakenBy(from, kind)
      },
    })
    this.#lines.push(made)
    return made
  }

  crashServer(): void {
    this.#host.crash()
  }

  async close(): Promise<void> {
    for (const faults of this.scene.lines) faults.abandon()
    await Promise.all([...this.scene.bots.values()].map((bot) => bot.end()))
    const clients = this.scene.devices.map(({ client }) => client)
    await Promise.all(clients.map((client) => duringNow(this.#clock, client.close({ giveUpAfterMs: 0 }))))
    await this.#place.close()
  }

  #run(role: Role, { watch, crash, startAt, faults }: Playing): BotProcess {
    const bot = this.#botOf(role)
    const connection = this.#nextConnection(bot.id)
    return this.#startBot({
      ...{ bot, connection, startAt, watch: watchOf(bot, { as: role.bot, watch }) },
      sockets: () => this.#socketsOver(faults, connection),
      seed: this.#seedOf(bot.id),
      reach: (moment) => this.#reach(bot.id, moment, crash),
      note: (text) => this.scene.transcript.note(`${bot.id}: ${text}`),
    })
  }

  /** Where a bot is started in the midst of a turn, nobody hears what its function throws. */
  #botOf(role: Role): Bot {
    try {
      return role.next()
    } catch (error) {
      this.scene.transcript.note(`${role.bot.id} can't be started: ${error instanceof Error ? error.message : error}`)
      throw error
    }
  }

  /** This moment has come. Where somebody is killed in it, it does not end. */
  #reach(of: string, moment: CrashPoint['at'], crash: () => void): Promise<never> | undefined {
    const point = this.#crashes?.reach(of, moment)
    if (!point) return undefined
    this.scene.transcript.note(describedPoint(point))
    crash()
    return new Promise(() => {})
  }

  /** Of each process its own: in which order they draw is not the same over sockets. */
  #seedOf(client: string): number {
    return seedFor(this.#seed, `${client} ${this.#connections}`)
  }

  #nextConnection(client: string): string {
    this.#connections += 1
    return `${client}-${this.#connections}`
  }

  #line(client: string, connection: string, faults: FaultyLine): Line {
    return line({
      client,
      connection,
      sockets: () => this.#socketsOver(faults, connection),
      clock: this.#clock,
      keepAliveSeconds: this.#keepAliveSeconds,
      travelled: this.#travelled,
    })
  }

  readonly #travelled = (): void => {
    this.scene.traffic.count += 1
  }

  #socketsOver(faults: FaultyLine, connection: string): Promise<OpenSocket> {
    return faults.over(() => this.#sockets(connection))
  }

  #sockets(connection: string): OpenSocket | Promise<OpenSocket> {
    const sockets = this.#host.sockets()
    const schedule = this.#schedule
    if (!schedule) return sockets
    const scheduled = (open: OpenSocket) => schedule.over(open, connection)
    return sockets instanceof Promise ? sockets.then(scheduled) : scheduled(sockets)
  }
}

/** What a process does is counted with what the others did, also where a function has made another machine for each. */
const watchOf = (bot: Bot, { as, watch }: { as: Bot; watch: BotWatch }): TurnWatch => {
  if (bot.machine === as.machine) return watch
  const told = telling(bot.machine, hearing(as.machine, watch))
  return { ...told, leased: (conversation) => watch.leased(conversation) }
}
