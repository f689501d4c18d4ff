import type { Bot } from '@daakia/bot-sdk'
import { type AnyStateMachine, matchesState, type StateValue } from 'xstate'
import type { BotUnderTest, ScheduledOptions, Where } from '../chat.js'
import { installedCollector } from '../coverage/collector.js'
import { described } from '../coverage/described.js'
import { shortfallsOf } from '../coverage/figures.js'
import { checkFigures, type Figures } from '../coverage/options.js'
import { type CallSite, callSite } from '../failure/call-site.js'
import { coversLess, inOtherState, scheduledOtherwise } from '../failure/problems.js'
import type { BotProcess } from '../host/port.js'
import { unknownState } from '../machine/unknown-state.js'
import { Walk } from '../machine/walk.js'
import { toMs } from '../time/duration.js'
import { BotWatch } from './bot-watch.js'
import { describedConnection } from './report/connection.js'
import type { Participant } from './rest.js'
import type { Scene, Standing } from './scene.js'
import { type Scheduled, scheduledOf } from './scheduled.js'

export class SceneBot implements BotUnderTest, Participant {
  readonly id: string
  readonly #scene: Scene
  readonly #machine: AnyStateMachine
  readonly #start: () => BotProcess
  readonly watch: BotWatch
  #process: BotProcess
  /** Further instances, which run to the end. */
  readonly #others: readonly BotProcess[]
  /** The process gets its turns from the server. */
  #isSubscribed = false

  constructor(bot: Bot, scene: Scene, { start, instances }: { start(watch: BotWatch): BotProcess; instances: number }) {
    this.id = bot.id
    this.#scene = scene
    this.#machine = bot.machine
    this.watch = new BotWatch(new Walk(bot.machine), (turn) => scene.record.applied(bot.id, turn))
    const { id, machine } = bot
    installedCollector()?.begin({ id, machine, describe: () => described(machine) }, this.watch.walk)
    this.#start = () => start(this.watch)
    this.#process = this.#begin()
    this.#others = Array.from({ length: instances - 1 }, () => this.#start())
  }

  #begin(): BotProcess {
    const begun = this.#start()
    this.#isSubscribed = false
    const subscribed = () => {
      this.#isSubscribed = true
    }
    // Why it is refused is told by its status.
    begun.ready.then(subscribed, () => {})
    return begun
  }

  /** Whether it gets turns, and how it is connected. */
  get connection(): string {
    const link = describedConnection(this.#process.status)
    return this.#isSubscribed ? link : `never subscribed, ${link}`
  }

  get name(): string {
    return this.id
  }

  get isSubscribed(): boolean {
    return this.#isSubscribed
  }

  toBeInState(expected: StateValue | undefined, where: Where = {}): void {
    const site = callSite(this.toBeInState)
    const actual = this.#valueIn(where, site)
    if (agree(expected, actual)) return
    const unknown = expected === undefined ? undefined : unknownState(this.#machine.root, expected)
    throw this.#scene.failure(inOtherState(this.id, expected, actual, unknown), site)
  }

  toHaveScheduled(what: string | undefined, { in: duration, ...where }: ScheduledOptions = {}): void {
    const site = callSite(this.toHaveScheduled)
    const inMs = duration === undefined ? undefined : toMs(duration)
    const standing = this.#standingIn(where, site)
    const scheduled = standing ? this.scheduledIn(standing.conversation) : []
    const isMeant = (timer: Scheduled) => timer.names.includes(what ?? '') && (inMs ?? timer.inMs) === timer.inMs
    if (what === undefined ? scheduled.length === 0 : scheduled.some(isMeant)) return
    throw this.#scene.failure(scheduledOtherwise(this.id, { what, inMs }, scheduled), site)
  }

  toCover(figures: Figures): void {
    const site = callSite(this.toCover)
    checkFigures('toCover', figures)
    const shortfalls = shortfallsOf(this.watch.walk.counted, figures)
    if (shortfalls.length > 0) throw this.#scene.failure(coversLess(this.id, shortfalls), site)
  }

  /** The timers that wait in a conversation, the next one first. */
  scheduledIn(conversation: string): readonly Scheduled[] {
    return scheduledOf(this.watch.doingsIn(conversation).timers, this.#scene.clock.now())
  }

  /** The state in which it is; `undefined` where no run is going on. */
  stateIn(where: Where): StateValue | undefined {
    return this.#valueIn(where, callSite(this.stateIn))
  }

  busyWith(): string | undefined {
    const states = [this.#process, ...this.#others].map(({ status }) => status.state)
    if (states.includes('connecting')) return `${this.id} is connecting`
    return states.includes('offline') ? `${this.id} has lost the connection` : undefined
  }

  async restart(): Promise<void> {
    await this.kill()
    this.#process = this.#begin()
  }

  /** It is not started again. */
  async end(): Promise<void> {
    await Promise.all([this.kill(), ...this.#others.map((other) => other.kill())])
    installedCollector()?.end(this.watch.walk)
  }

  /** Its process dies at this moment, and another one starts. */
  crash(): void {
    this.watch.lost()
    this.#process.crash()
    this.#process = this.#begin()
  }

  kill(): Promise<void> {
    this.watch.lost()
    return this.#process.kill()
  }

  #valueIn(where: Where, site: CallSite): StateValue | undefined {
    return (this.#standingIn(where, site)?.state?.value ?? undefined) as StateValue | undefined
  }

  #standingIn({ with: user, room }: Where, site: CallSite): Standing | undefined {
    const standings = this.#scene
      .standings(this.id)
      .filter(({ users, conversation }) => user === undefined || (users.includes(user) && !this.#isRoom(conversation)))
      .filter(({ conversation }) => room === undefined || conversation === room)
    const [one, other] = standings
    if (!one && room !== undefined) this.#scene.checkRoom(room)
    if (!one || !other) return one
    throw this.#scene.failure({ message: `${this.id} has several conversations; ${this.#whichOf(one, other)}` }, site)
  }

  #isRoom(conversation: string): boolean {
    return this.#scene.rooms.has(conversation)
  }

  /** What tells the first of two apart. */
  #whichOf({ users: [user], conversation }: Standing, other: Standing): string {
    const isOfUser = !this.#isRoom(conversation) && (this.#isRoom(other.conversation) || other.users[0] !== user)
    return isOfUser ? `say whose: { with: '${user}' }` : `say which: { room: '${conversation}' }`
  }
}

const agree = (expected: StateValue | undefined, actual: StateValue | undefined): boolean =>
  expected === undefined || actual === undefined ? expected === actual : matchesState(expected, actual)
