import type { Message } from '@daakia/client-sdk'
import { type BotState, directConversation } from '@daakia/protocol'
import type { TurnAtWork } from '@daakia/server'
import { DeliveryRecord } from '../delivery/record.js'
import type { CallSite } from '../failure/call-site.js'
import { ConversationFailure, type Problem } from '../failure/conversation-failure.js'
import { misuse } from '../failure/misuse.js'
import { notAwaited } from '../failure/problems.js'
import type { Replay } from '../failure/replay.js'
import { Transcript } from '../failure/transcript.js'
import type { FaultyLine } from '../faults/lines/faulty-line.js'
import { EndedByItself, type Host } from '../host/port.js'
import { formatMs } from '../time/duration.js'
import type { SceneClock } from '../time/scene-clock.js'
import { Act } from './act.js'
import type { SceneBot } from './bot.js'
import type { SceneDevice } from './device.js'
import { restlessness, situation } from './report/situation.js'
import { inRealTime, type Participant, Restless, type RestOptions, settled, type Traffic } from './rest.js'
import { firing, type Scheduled } from './scheduled.js'
import type { SceneUser } from './user.js'

export interface SceneOptions {
  clock: SceneClock
  server: Pick<Host, 'rest' | 'openTurns' | 'busyWith'>
  stuckAfterMs: number
  /** A bot is at work on what never ends: nobody waits for that. */
  isHeldUp?: (() => boolean) | undefined
  /** Who goes first, where several race. */
  schedule?: Participant | undefined
  /** Tells how the test is played again. */
  replay?: Replay | undefined
}

/** Where a bot stands in a conversation. */
export interface Standing {
  /** Who knows of the conversation. */
  users: readonly string[]
  bot: string
  conversation: string
  /** As people were told last; `undefined` before the bot has handled anything. */
  state: BotState | undefined
}

const isSaidIn = ({ type, ...said }: Message, conversation: string): boolean =>
  said.conversation === conversation && type !== 'member'

/** Everybody who takes part, their time, and what was said. */
export class Scene {
  readonly clock: SceneClock
  readonly traffic: Traffic = { count: 0 }
  readonly record = new DeliveryRecord()
  readonly transcript: Transcript
  readonly users = new Map<string, SceneUser>()
  readonly bots = new Map<string, SceneBot>()
  /** Their members, by the ids of the rooms. */
  readonly rooms = new Map<string, readonly string[]>()
  readonly #options: SceneOptions
  readonly #acts: Act<unknown>[] = []
  #failed = false
  #isOver = false

  constructor(options: SceneOptions) {
    this.#options = options
    this.clock = options.clock
    this.transcript = new Transcript(() => this.clock.elapsedMs)
  }

  /** A check has failed already: what follows from it need not be told. */
  get failed(): boolean {
    return this.#failed
  }

  /** The command that plays the test again. */
  get replay(): string | undefined {
    return this.#options.replay?.()
  }

  /** What the test does, to be told where nobody waits for it. */
  begin<T>(name: string, site: CallSite, work: Promise<T>): Act<T> {
    if (this.#isOver) return new Act(name, site, this.#tooLate(name, site, work))
    const act = new Act(name, site, work)
    this.#acts.push(act)
    return act
  }

  /** Whatever is done from now on comes too late. */
  end(): void {
    this.#isOver = true
  }

  async #tooLate<T>(name: string, site: CallSite, work: Promise<T>): Promise<T> {
    await work.catch(() => {})
    throw new ConversationFailure({ message: `The chat is closed: ${name} comes too late.` }, '', site)
  }

  /** What the test did and does not wait for. */
  get forgotten(): readonly Act<unknown>[] {
    return this.#acts.filter(({ isAwaited }) => !isAwaited)
  }

  /** Of all people. */
  get devices(): readonly SceneDevice[] {
    return [...this.users.values()].flatMap(({ devices }) => devices)
  }

  get botIds(): string[] {
    return [...this.bots.keys()]
  }

  /** Of all people and bots. */
  get lines(): readonly FaultyLine[] {
    return [...this.devices, ...this.bots.values()].map(({ line }) => line)
  }

  /** What a test has done to a connection, and how far it has come. */
  wrongWith(line: FaultyLine): readonly string[] {
    return line.described((moment) => this.elapsedAt(moment), formatMs)
  }

  get participants(): readonly Participant[] {
    const { server, schedule } = this.#options
    return [...this.lines, ...this.devices, ...this.bots.values(), server, ...(schedule ? [schedule] : [])]
  }

  /** Why nothing is heard yet: what is due next, and which connections a test has harmed. @param line of who listens */
  outstanding(line: FaultyLine): string | undefined {
    const harmed = new Set([line, ...[...this.bots.values()].map((bot) => bot.line)])
    const wrong = [...harmed].map((each) => ({ name: each.name, texts: this.wrongWith(each) }))
    const told = wrong.filter(({ texts }) => texts.length > 0)
    const all = [
      ...told.map(({ name, texts }) => `the connection of ${name} is ${texts.join(', ')}`),
      ...(this.nextDue === undefined ? [] : [this.nextDue]),
    ]
    return all.length === 0 ? undefined : all.join('; ')
  }

  /** What is due next, and when; `undefined` where nothing is. */
  get nextDue(): string | undefined {
    const inMs = this.nextDueInMs
    if (inMs === undefined) return undefined
    const timer = this.nextTimer
    return timer ? firing(timer) : `something is due in ${formatMs(inMs)}`
  }

  /** The timer of a machine that is due next, where nothing else is. */
  get nextTimer(): Scheduled | undefined {
    const conversationsOf = (bot: SceneBot) => this.standings(bot.id).map(({ conversation }) => conversation)
    return [...this.bots.values()]
      .flatMap((bot) => conversationsOf(bot).flatMap((conversation) => bot.scheduledIn(conversation)))
      .find(({ inMs }) => inMs === this.nextDueInMs)
  }

  /** In how many milliseconds something is due; `undefined` where nothing is. */
  get nextDueInMs(): number | undefined {
    const due = this.clock.nextDue
    return due === undefined ? undefined : due - this.clock.now()
  }

  /** A moment, counted from the beginning. */
  elapsedAt(at: number): string {
    return formatMs(at - this.clock.startedAt)
  }

  /** Waits until all are at rest. @throws ConversationFailure where somebody never is */
  async rest(site: CallSite): Promise<void> {
    const { server, stuckAfterMs } = this.#options
    const participants = () => this.participants
    let isOver = false
    while (!isOver) {
      const isHeldUp = this.#isHeldUp
      await this.#orFail(settled({ server, traffic: this.traffic, participants, stuckAfterMs, isHeldUp }), site)
      isOver = this.lines.filter((line) => line.letOvertakenGo()).length === 0
    }
  }

  /** Whether nobody can wait for what a bot is at: it never ends, or can't reach the server. */
  get #isHeldUp(): RestOptions['isHeldUp'] {
    const { isHeldUp = () => false } = this.#options
    if (!this.lines.some((line) => line.mayBeHindered)) return this.#options.isHeldUp
    return async () => isHeldUp() || this.#isHindered(await this.#options.server.openTurns())
  }

  #isHindered(turns: readonly TurnAtWork[]): boolean {
    return turns.length > 0 && turns.every(({ bot }) => this.bots.get(bot)?.line.holdsUp)
  }

  /** Waits until every device that was mentioned is connected: who comes later hears nothing of what was said before. */
  async assembled(site: CallSite): Promise<void> {
    await this.wait(() => Promise.all(this.#reachable.map(({ client }) => client.online())), site)
  }

  get #reachable(): readonly SceneDevice[] {
    return this.devices.filter(({ line }) => !line.isHindered)
  }

  /** Waits for `work`, which needs no time to pass. @throws ConversationFailure where it is never done */
  async wait<T>(work: () => Promise<T>, site: CallSite): Promise<T> {
    return this.#orFail(inRealTime(this.#options.stuckAfterMs, work), site)
  }

  /** Lets time pass, from one thing that is due to the next, or as far as `until` becomes true at rest. */
  async pass(ms: number, site: CallSite, { until = () => false }: { until?: () => boolean } = {}): Promise<void> {
    const end = this.clock.now() + ms
    // In a race it is not waited for what goes on beside it.
    if (!this.#options.schedule) await this.rest(site)
    while (!until()) {
      const next = Math.min(this.clock.nextDue ?? end, end)
      await this.clock.passTo(next)
      await this.rest(site)
      if (next === end && (this.clock.nextDue ?? Number.POSITIVE_INFINITY) > end) return
    }
  }

  /** The failure of a check, to be thrown. */
  failure(problem: Problem, site: CallSite): ConversationFailure {
    this.#failed = true
    const message = [problem.message, ...this.forgotten.map(notAwaited)].join(' ')
    return new ConversationFailure({ ...problem, message }, situation(this), site)
  }

  /** @throws RangeError where nobody of that name is there: what is said to them would be heard by none */
  checkThere(name: string): void {
    if (this.bots.has(name) || this.users.has(name)) return
    const all = [...this.bots.keys(), ...this.users.keys()].join(', ')
    throw misuse(
      new RangeError(
        `There is nobody called "${name}" here, but ${all}: name a bot, or have chat.user("${name}") there before.`,
      ),
    )
  }

  /** @throws RangeError where the test has made no such room */
  checkRoom(id: string): void {
    if (this.rooms.has(id)) return
    throw misuse(new RangeError(`There is no room "${id}" here: make it with chat.room('${id}', [...])`))
  }

  /** Nobody has spoken in a conversation of this person yet, and none has begun in the midst of something. */
  isSilentFor(person: string): boolean {
    const known = [...(this.users.get(person)?.allHeads.keys() ?? [])]
    const isSilent = (conversation: string) =>
      this.rooms.has(conversation) && !this.transcript.messages.some((said) => isSaidIn(said, conversation))
    return !this.record.hasSent(person) && known.every(isSilent)
  }

  /** The rooms of a person. */
  roomsOf(person: string): readonly string[] {
    return [...this.rooms].flatMap(([room, members]) => (members.includes(person) ? [room] : []))
  }

  /** Where a bot stands: with each person who has spoken with it, in each room, and where it stands in for another bot. */
  standings(bot: string): Standing[] {
    const found = new Map<string, Standing>()
    for (const user of this.users.values())
      for (const conversation of user.allHeads.keys()) {
        const state = user.newestState(conversation, bot)
        if (!state && !this.#belongs(bot, conversation, user)) continue
        const before = found.get(conversation)
        const users = [...(before?.users ?? []), user.name]
        found.set(conversation, { users, bot, conversation, state: before?.state ?? state })
      }
    return [...found.values()]
  }

  #belongs(bot: string, conversation: string, { name }: SceneUser): boolean {
    return conversation === directConversation(name, bot) || this.rooms.get(conversation)?.includes(bot) === true
  }

  async #orFail<T>(work: Promise<T>, site: CallSite): Promise<T> {
    try {
      return await work
    } catch (error) {
      if (error instanceof EndedByItself) throw this.failure(error, site)
      if (!(error instanceof Restless)) throw error
      const { server, stuckAfterMs } = this.#options
      throw this.failure(restlessness(this, stuckAfterMs, await server.openTurns()), site)
    }
  }
}
