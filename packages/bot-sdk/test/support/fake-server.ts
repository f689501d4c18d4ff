import type { Bot, Middleware } from '@daakia/bot-sdk'
import {
  type CheckedHandoff,
  type CheckHandoff,
  type CommitTurn,
  type Committed,
  type DueTimer,
  type Envelope,
  type FailTurn,
  type Failure,
  type HandoffFailure,
  type HandoffNote,
  idMaker,
  type Lease,
  type ParkTurn,
  type PublicState,
  type TurnNotice,
} from '@daakia/protocol'
import { xstateEngine } from '../../src/engine/engine.js'
import { chainOf } from '../../src/middleware/chain.js'
import { type BotLog, LeaseGone, type TurnHooks, type TurnServer, Unanswered } from '../../src/turn/port.js'
import { TurnRunner } from '../../src/turn/turn-runner.js'
import { ManualClock } from './manual-clock.js'

export interface FakeServerOptions {
  hotRuns?: number
  hooks?: TurnHooks
  /** What an operator puts around the bot. */
  use?: readonly Middleware[]
  log?: BotLog
  /** Who is in the conversation: ana and the bot by default. */
  members?: readonly string[]
}

/** One conversation, as a server keeps it: a journal, a state, timers, one lease at a time. */
export class FakeServer implements TurnServer {
  readonly conversation = 'ana~bot'
  readonly clock = new ManualClock()
  /** What the bot said: texts as they are, all else as JSON. */
  readonly said: string[] = []
  readonly commits: CommitTurn[] = []
  readonly failures: FailTurn[] = []
  readonly parked: ParkTurn[] = []
  /** What the bot asked whether it may hand over so, and what it is told. */
  readonly askedToHandOver: CheckHandoff[] = []
  refusal: HandoffFailure | undefined
  renewals = 0
  /** How often the bot showed that it was writing. */
  typed = 0
  public: PublicState | undefined
  /** Called instead of answering a commit; what it throws is what the bot gets. */
  beforeAnswer: (commit: CommitTurn) => void = () => {}
  /** No lease is granted while this is set. */
  holdLeases = false
  attempt = 1
  /** Where notices go: to a runner in this process, unless said otherwise. */
  deliver = (conversation: string, notice: TurnNotice): void => this.#current.receive(conversation, notice)
  readonly #members: readonly string[]
  readonly #runnerOf: (bot: Bot) => () => TurnRunner
  #runner: () => TurnRunner
  #current: TurnRunner
  #messages: Envelope[] = []
  #timers = new Map<string, number>()
  #state: unknown = null
  #processed = 0
  #revision = 0
  #commitId: string | null = null
  #answer: Committed | undefined
  #fence = 0
  #leasedAt = 0
  #leased = false
  #unfinished = false
  #failed: Failure | undefined
  /** Messages of another bot that were handled. */
  readonly #handledFirst = new Set<number>()
  /** Another bot hears people. */
  #isAway = false
  #debounce: CommitTurn['debounce']
  #watchers: (() => void)[] = []

  constructor(
    bot: Bot,
    { hotRuns = 10, hooks = {}, use = [], log = silent, members = ['ana', 'bot'] }: FakeServerOptions = {},
  ) {
    this.#members = members
    const newId = idMaker(this.clock, counting())
    this.#runnerOf = (bot) => () => {
      const engine = xstateEngine(bot)
      return new TurnRunner(
        {
          bot,
          engine,
          server: this,
          clock: this.clock,
          newId,
          typing: () => this.typed++,
          hooks,
          log,
          middleware: chainOf([...use, ...bot.use]),
        },
        hotRuns,
      )
    }
    this.#runner = this.#runnerOf(bot)
    this.#current = this.#runner()
  }

  get state(): unknown {
    return this.#state
  }

  get revision(): number {
    return this.#revision
  }

  get processed(): number {
    return this.#processed
  }

  get timers(): readonly DueTimer[] {
    return [...this.#timers].map(([id, due]) => ({ id, due })).sort((one, other) => one.due - other.due)
  }

  get fence(): string {
    return `1:${this.#fence}`
  }

  /** Ana writes, and the bot comes to rest. */
  async says(text: string, fields: Partial<Envelope> = {}): Promise<void> {
    this.write(text, fields)
    await this.rest()
  }

  write(text: string, fields: Partial<Envelope> = {}): void {
    const seq = this.#messages.length + 1
    this.#messages.push({
      seq,
      id: `m${seq}`,
      from: 'ana',
      at: this.clock.now(),
      type: 'text',
      contentType: 'text/plain',
      payload: text,
      encoding: 'utf8',
      ...fields,
    })
    if (this.#leased)
      this.#notify({ type: 'push', fence: this.fence, ...this.#work(({ seq: other }) => other === seq) })
    else this.offer()
  }

  /** Another bot tells this one what a hand-over comes to, and the bot comes to rest. */
  async tells(handoff: HandoffNote, fields: Partial<Envelope> = {}): Promise<void> {
    this.tell(handoff, fields)
    await this.rest()
  }

  tell(handoff: HandoffNote, fields: Partial<Envelope> = {}): void {
    this.#isAway = handoff.kind === 'taken-back'
    const payload = '{"to":"bot","reason":"payment"}'
    this.write(payload, { type: 'handoff', from: 'other-bot', contentType: 'application/json', handoff, ...fields })
  }

  /** Time passes, and what falls due on the way is handled. */
  async wait(ms: number): Promise<void> {
    const end = this.clock.now() + ms
    for (;;) {
      const next = this.timers[0]
      if (!next || next.due > end) break
      this.clock.advance(Math.max(0, next.due - this.clock.now()))
      this.offer()
      await this.rest()
    }
    this.clock.advance(end - this.clock.now())
  }

  /** Sets a timer that the bot knows nothing of. */
  plantTimer(id: string, delayMs: number): void {
    this.#timers.set(id, this.clock.now() + delayMs)
  }

  /** Names a message to the holder of the open lease once more. */
  pushAgain(seq: number): void {
    this.#notify({ type: 'push', fence: this.fence, ...this.#work((message) => message.seq === seq) })
  }

  /** Names a due timer to the holder of the open lease. */
  pushTimer(id: string, due = this.#timers.get(id) ?? this.clock.now()): void {
    this.#notify({ type: 'push', fence: this.fence, now: this.clock.now(), events: [], timers: [{ id, due }] })
  }

  /** Grants a lease if something waits. */
  offer(): void {
    if (this.#leased || this.holdLeases || this.#isIdle) return
    const waitMs = this.#quietAt - this.clock.now()
    if (waitMs > 0) this.clock.after(waitMs, () => this.offer())
    else this.grant()
  }

  /** When it is quiet enough, as the last commit wants it. What was begun, or has failed, does not wait for that. */
  get #quietAt(): number {
    const { events } = this.#work()
    const [first] = events
    const last = events.at(-1)
    if (!this.#debounce || !first || !last || this.#unfinished || this.attempt > 1) return 0
    const { quietMs, longestMs = 5 * quietMs } = this.#debounce
    return Math.min(last.at + quietMs, first.at + longestMs)
  }

  /** Grants a lease, whoever holds one. */
  grant(): void {
    this.#fence++
    this.#leased = true
    this.#leasedAt = this.clock.now()
    const lease: Lease = {
      type: 'lease',
      fence: this.fence,
      members: [...this.#members],
      durationMs: 30_000,
      longestMs: 600_000,
      attempt: this.attempt,
      revision: this.#revision,
      commitId: this.#commitId,
      ...(this.#answer && { commitHead: this.#answer.head }),
      processed: this.#processed,
      state: this.#state,
      ...(this.#unfinished && { unfinished: true }),
      ...(this.#failed && { failed: this.#failed }),
      ...this.#work(),
    }
    this.#notify(lease)
  }

  /** One more instance of the bot. It gets what `deliver` hands to it. */
  anotherInstance(): TurnRunner {
    return this.#runner()
  }

  /** The bot's process is gone, with all that it held in memory. */
  crash(): void {
    this.#current = this.#runner()
    this.#leased = false
    this.#fence++
  }

  /** Another bot takes over from here on. */
  async restart(): Promise<void> {
    await this.#current.close({ graceMs: 1_000 })
    this.crash()
  }

  /** Another bot takes over, of other code. */
  async redeploy(bot: Bot): Promise<void> {
    await this.#current.close({ graceMs: 1_000 })
    this.#runner = this.#runnerOf(bot)
    this.crash()
  }

  /** Gives the first message that waits up, and tells the bot that it has failed at it. */
  async tellFailure(cause: string): Promise<void> {
    const [message] = this.#work().events
    this.skip()
    this.#failed = { cause, attempts: 3, ...(message && { message }) }
    this.grant()
    await this.rest()
  }

  /** Gives the first thing that waits up. */
  skip(): void {
    this.#processed++
  }

  /** The state, as another holder has left it. */
  setBack(state: unknown): void {
    this.#state = state
    this.#commitId = 'of another holder'
  }

  /** Who restores the state from now on sees that it does not fit. */
  corrupt(): void {
    this.#state = { machine: 'another' }
  }

  async close(graceMs = 1_000): Promise<void> {
    await this.#current.close({ graceMs })
  }

  /** Resolves when no lease is open and nothing waits. */
  async rest(): Promise<void> {
    while (this.#leased) await this.event()
  }

  /** Resolves when the bot has next asked for something. */
  event(): Promise<void> {
    return new Promise((resolve) => {
      this.#watchers.push(resolve)
    })
  }

  async commit(turn: CommitTurn): Promise<Committed> {
    if (turn.commitId !== this.#commitId) this.#apply(turn)
    try {
      this.beforeAnswer(turn)
    } finally {
      this.#tell()
    }
    return this.#answer ?? { revision: this.#revision, head: this.#head }
  }

  async renew(): Promise<void> {
    this.renewals++
    this.#tell()
  }

  async fail(turn: FailTurn): Promise<void> {
    this.failures.push(turn)
    this.#failed = undefined
    this.#leased = false
    this.#tell()
  }

  async checkHandoff(asked: CheckHandoff): Promise<CheckedHandoff> {
    this.askedToHandOver.push(asked)
    return this.refusal ? { refused: this.refusal } : {}
  }

  async park(turn: ParkTurn): Promise<void> {
    this.parked.push(turn)
    this.#leased = false
    this.#tell()
  }

  #apply(turn: CommitTurn): void {
    if (turn.fence !== this.fence || turn.revision !== this.#revision || !this.#leased) throw new LeaseGone('conflict')
    const stored = JSON.parse(JSON.stringify(turn)) as CommitTurn
    this.commits.push(stored)
    this.#failed = undefined
    this.#revision++
    this.#commitId = turn.commitId
    this.#processed = turn.processed
    for (const seq of turn.again ?? []) this.#handledFirst.add(seq)
    if (turn.handoff?.takeBack) this.#isAway = false
    if (turn.handoff?.give || turn.handoff?.giveBack) this.#isAway = true
    this.#state = stored.state
    this.public = turn.public
    for (const id of turn.timers.cancel) this.#timers.delete(id)
    for (const { id, delayMs } of turn.timers.set) this.#timers.set(id, this.#leasedAt + delayMs)
    for (const { type, payload } of turn.messages) this.said.push(type === 'text' ? payload : `${type} ${payload}`)
    this.#unfinished = turn.checkpoint ?? false
    this.#debounce = turn.debounce
    this.#answer = { revision: this.#revision, head: this.#head }
    if (turn.checkpoint) return
    const isQuiet = this.#quietAt <= this.clock.now()
    this.#leased = !this.#isIdle && !this.holdLeases && !turn.handoff && isQuiet
    this.#leasedAt = this.clock.now()
    const counters = { revision: this.#revision, head: this.#head }
    this.#answer = this.#leased ? { ...counters, more: this.#work() } : counters
    if (!isQuiet) this.offer()
  }

  get #head(): number {
    return this.#messages.length + this.said.length
  }

  get #isIdle(): boolean {
    const { events, timers } = this.#work()
    return events.length === 0 && timers.length === 0 && !this.#unfinished
  }

  #work(wanted: (message: Envelope) => boolean = () => true) {
    const now = this.clock.now()
    if (this.#failed) return { now, events: [], timers: [] }
    const waits = ({ seq, handoff }: Envelope) =>
      !this.#handledFirst.has(seq) && (handoff !== undefined || (seq > this.#processed && !this.#isAway))
    const waiting = this.#messages.filter((message) => waits(message) && wanted(message))
    const isFirst = ({ handoff }: Envelope) => handoff !== undefined
    const events = [...waiting.filter(isFirst), ...waiting.filter((message) => !isFirst(message))]
    return { now, events, timers: this.timers.filter(({ due }) => due <= now) }
  }

  #notify(notice: TurnNotice): void {
    this.deliver(this.conversation, JSON.parse(JSON.stringify(notice)) as TurnNotice)
  }

  #tell(): void {
    const watchers = this.#watchers
    this.#watchers = []
    for (const watcher of watchers) watcher()
  }
}

/** Applies a commit and never answers it. */
export function hanging(server: FakeServer): FakeServer['commit'] {
  const commit = server.commit.bind(server)
  return async (turn) => {
    await commit(turn)
    return new Promise(() => {})
  }
}

const silent: BotLog = { info: () => {}, warn: () => {} }

/** Random enough to make ids of: another number each time. */
const counting = () => {
  let count = 0
  return () => {
    count = (count * 16_807 + 1) % 2_147_483_647
    return count / 2_147_483_647
  }
}

/** What a bot gets when the connection breaks before the answer is there. */
export const lost = (): never => {
  throw new Unanswered('the connection is gone')
}
