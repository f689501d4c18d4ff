import type { Bot } from '@daakia/bot-sdk'
import { type AnyStateMachine, matchesState, type StateValue } from 'xstate'
import type { BotUnderTest, ScheduledOptions, Where } from '../chat.js'
import { installedCollector } from '../coverage/collector.js'
import { described } from '../coverage/described.js'
import { shortfallsOf } from '../coverage/figures.js'
import { checkFigures, type Figures } from '../coverage/options.js'
import { type CallSite, callSite } from '../failure/call-site.js'
import { called, checking, misuse } from '../failure/misuse.js'
import { coversLess, inOtherState, scheduledOtherwise } from '../failure/problems.js'
import type { FaultyLine } from '../faults/lines/faulty-line.js'
import { Given, isRecord, isText } from '../given.js'
import type { BotProcess } from '../host/port.js'
import { unknownState } from '../machine/unknown-state.js'
import { Walk } from '../machine/walk.js'
import { type Duration, toMs } from '../time/duration.js'
import { BotWatch } from './bot-watch.js'
import { SceneConnection } from './connection.js'
import { Instance } from './instance.js'
import type { Participant } from './rest.js'
import type { Scene, Standing } from './scene.js'
import { type Scheduled, scheduledOf } from './scheduled.js'

export interface SceneBotParts {
  line: FaultyLine
  /** Starts a process, which calls `crash` at the moment in which it is to die. */
  start(watch: BotWatch, crash: () => void): BotProcess
  /** How many run. */
  instances: number
}

export class SceneBot implements BotUnderTest, Participant {
  readonly id: string
  readonly #scene: Scene
  readonly #machine: AnyStateMachine
  readonly #hidesEvents: boolean
  readonly watch: BotWatch
  /** Of all its instances. */
  readonly line: FaultyLine
  readonly connection: SceneConnection
  readonly #instances: readonly Instance[]

  constructor(bot: Bot, scene: Scene, { line, start, instances }: SceneBotParts) {
    this.id = bot.id
    this.line = line
    this.connection = new SceneConnection(line, `bot("${bot.id}")`, scene)
    this.#scene = scene
    this.#machine = bot.machine
    this.#hidesEvents = typeof bot.hide === 'object' && bot.hide.events !== undefined
    this.watch = new BotWatch(new Walk(bot.machine), (turn) => scene.record.applied(bot.id, turn))
    const { id, machine } = bot
    installedCollector()?.begin({ id, machine, describe: () => described(machine) }, this.watch.walk)
    const begin = (crash: () => void) =>
      start(this.watch, () => {
        this.watch.lost()
        crash()
      })
    this.#instances = Array.from({ length: instances }, () => new Instance(begin))
  }

  /** Whether its instances get turns, and how they are connected. */
  get link(): string {
    const wrong = this.#scene.wrongWith(this.line)
    return [...new Set(this.#instances.map((instance) => instance.described(wrong)))].join(' and ')
  }

  get name(): string {
    return this.id
  }

  get isSubscribed(): boolean {
    return this.#instances.every(({ isSubscribed }) => isSubscribed)
  }

  toBeInState(expected: StateValue | undefined, where: Where = {}): void {
    const site = callSite(this.toBeInState)
    called(this.toBeInState, () => {
      const given = new Given('toBeInState')
      given.is(
        expected,
        isStateIfAny,
        "a state, such as 'paying' or { asking: 'size' }, or undefined where no run is going on",
      )
      this.#checkWhere(given, where)
    })
    const actual = called(this.toBeInState, () => this.#valueIn(where, site))
    if (agree(expected, actual)) return
    const unknown = expected === undefined ? undefined : unknownState(this.#machine.root, expected)
    throw this.#scene.failure(inOtherState(this.id, expected, actual, unknown), site)
  }

  toHaveScheduled(what: string | undefined, options: ScheduledOptions = {}): void {
    const site = callSite(this.toHaveScheduled)
    const inMs = called(this.toHaveScheduled, () => {
      const given = new Given('toHaveScheduled')
      given.is(what, isTextIfAny, "the name of a timer, such as 'reminder', or undefined where none waits")
      this.#checkWhere(given, options, "{ in: '15m' }")
      return options.in === undefined ? undefined : checking(() => toMs(options.in as Duration))
    })
    const { in: _, ...where } = options
    const standing = called(this.toHaveScheduled, () => this.#standingIn(where, site))
    const scheduled = standing ? this.scheduledIn(standing.conversation) : []
    const isMeant = (timer: Scheduled) => timer.names.includes(what ?? '') && (inMs ?? timer.inMs) === timer.inMs
    if (what === undefined ? scheduled.length === 0 : scheduled.some(isMeant)) return
    throw this.#scene.failure(scheduledOtherwise(this.id, { what, inMs }, scheduled), site)
  }

  toCover(figures: Figures): void {
    const site = callSite(this.toCover)
    called(this.toCover, () => checking(() => checkFigures('toCover', figures)))
    const shortfalls = shortfallsOf(this.watch.walk.counted, figures)
    if (shortfalls.length > 0) throw this.#scene.failure(coversLess(this.id, shortfalls), site)
  }

  /** The timers that wait in a conversation, the next one first. */
  scheduledIn(conversation: string): readonly Scheduled[] {
    return scheduledOf(this.watch.doingsIn(conversation).timers, this.#scene.clock.now())
  }

  /** No event that it shows leads on from where it stands, and no timer. */
  isStuckIn({ state, conversation }: Standing): boolean {
    if (!state || state.value === null || state.handedTo !== undefined || this.#hidesEvents) return false
    return state.accepts.length === 0 && this.scheduledIn(conversation).length === 0
  }

  /** The state in which it is; `undefined` where no run is going on. */
  stateIn(where: Where): StateValue | undefined {
    return this.#valueIn(where, callSite(this.stateIn))
  }

  goesOffline(): Promise<void> {
    return this.connection.goesOffline(callSite(this.goesOffline))
  }

  comesBack(): Promise<void> {
    return this.connection.comesBack(callSite(this.comesBack))
  }

  busyWith(): string | undefined {
    if (this.line.isHindered) return undefined
    const states = this.#instances.map(({ state }) => state)
    if (states.includes('connecting')) return `${this.id} is connecting`
    return states.includes('offline') ? `${this.id} has lost the connection` : undefined
  }

  /** @param nth of its instances, from 1 @throws RangeError where there are not so many */
  async restart(nth: number): Promise<void> {
    const instance = this.#instances[nth - 1]
    if (!instance) throw misuse(new RangeError(`${this.id} has no instance ${nth}, but ${this.#instances.length}`))
    this.watch.lost()
    await instance.restart()
  }

  /** It is not started again. */
  async end(): Promise<void> {
    this.watch.lost()
    await Promise.all(this.#instances.map((instance) => instance.kill()))
    installedCollector()?.end(this.watch.walk)
  }

  /** @throws TypeError, RangeError where that names no conversation, or a person whom nobody knows */
  #checkWhere(given: Given, where: Where, write = "{ with: 'ana' }, or { room: 'team' }"): void {
    given.is(where, isRecord, write)
    given.may(where, 'with', isText, "with: 'ana'")
    given.may(where, 'room', isText, "room: 'team'")
    if (where.with !== undefined) this.#scene.checkThere(where.with)
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

const isTextIfAny = (given: unknown): boolean => given === undefined || isText(given)

const isStateIfAny = (given: unknown): boolean => isTextIfAny(given) || isRecord(given)

const agree = (expected: StateValue | undefined, actual: StateValue | undefined): boolean =>
  expected === undefined || actual === undefined ? expected === actual : matchesState(expected, actual)
