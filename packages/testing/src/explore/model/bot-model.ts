import type { Bot } from '@daakia/bot-sdk'
import { chainOf, TurnRunner, type TurnServer, wantsToBeTold, xstateEngine } from '@daakia/bot-sdk/internal'
import type { Message } from '@daakia/client-sdk'
import { type Failure, idMaker } from '@daakia/protocol'
import { inRealTime } from '../../scene/rest.js'
import { seededRandom } from '../../time/seeded-random.js'
import { VirtualClock } from '../../time/virtual-clock.js'
import { type Between, Desk, type Over } from './desk.js'
import { type OutcomesByActor, Script } from './outcomes.js'
import { type Hearing, type Recorded, Recorder } from './recorder.js'
import { rehearsed } from './rehearsed-bot.js'
import type { Situation } from './situation.js'

const { setImmediate } = globalThis

/** What a bot did with what it was given. */
export interface Turned extends Recorded {
  situation: Situation
  said: readonly Message[]
  /** Why it could not handle it; absent where it could. */
  failure?: string
  /** It is still at work, on what never ends. */
  hangs: boolean
}

export interface BotModelOptions {
  bot: Bot
  between: Between
  outcomes: OutcomesByActor
  /** How much real time a turn may take. */
  stuckAfterMs: number
}

/** Runs the turns of a bot from any situation, by the code that runs them in production, without a server. */
export class BotModel {
  readonly bot: Bot
  readonly between: Between
  readonly #options: BotModelOptions
  readonly #clock = new VirtualClock(0)
  readonly #runner: TurnRunner
  readonly #recorder = new Recorder()
  #script: Script
  #desk: Desk | undefined
  #fences = 0

  constructor(options: BotModelOptions) {
    this.#options = options
    this.#script = new Script(options.outcomes, [])
    this.between = options.between
    this.bot = rehearsed(options.bot, options.outcomes, () => this.#script)
    const nothing = () => {}
    const parts = {
      ...{ bot: this.bot, engine: xstateEngine(this.bot, { watch: this.#recorder }), server: this.#server },
      ...{ clock: this.#clock, newId: idMaker(this.#clock, seededRandom(1)), typing: nothing, hooks: {} },
      ...{ log: { info: nothing, warn: nothing }, middleware: chainOf(this.bot.use) },
    }
    this.#runner = new TurnRunner(parts, 0)
  }

  /** Tells who wants to hear of it what its machines do. */
  tell(hearing: Hearing): void {
    this.#recorder.tell(hearing)
  }

  /** Has the bot handle what waits, with its work outside going as the script says. @throws Restless */
  async turn(situation: Situation, script: Script): Promise<Turned> {
    this.#script = script
    this.#recorder.begin()
    const { over, desk } = await this.#lease(situation, script)
    const told = over.why === 'failed' ? await this.#tell(desk, over.failed, script) : undefined
    const last = told?.desk ?? desk
    return {
      situation: { ...last.situation, running: script.running },
      ...this.#recorder.recorded,
      said: [...desk.said, ...(told?.desk.said ?? [])],
      ...failureOf(over, told !== undefined),
      hangs: (told ?? { over }).over.why === 'held up',
    }
  }

  /** Lets go of what is at work; nobody waits for what never ends. */
  close(): void {
    void this.#runner.close({ graceMs: 0 })
    this.#clock.moveTo(this.#clock.now())
  }

  async #lease(situation: Situation, script: Script, failed?: Failure): Promise<{ over: Over; desk: Desk }> {
    this.#fences += 1
    const desk = new Desk(String(this.#fences), situation, this.between, failed)
    this.#desk = desk
    let isHanging = false
    const hanging = new Promise<void>((resolve) => {
      script.hangs = () => {
        isHanging = true
        resolve()
      }
    })
    this.#runner.receive(this.between.conversation, desk.lease)
    await inRealTime(this.#options.stuckAfterMs, () => Promise.race([desk.over, hanging]))
    if (isHanging && !desk.isOver) await this.#untilCheckpoint(desk)
    return { over: await inRealTime(this.#options.stuckAfterMs, () => desk.over), desk }
  }

  /** A bot that is at work for so long commits what has come of it until then. */
  async #untilCheckpoint(desk: Desk): Promise<void> {
    await calm()
    if (desk.isOver) return
    const { checkpointAfterMs } = this.bot
    desk.passed(checkpointAfterMs)
    this.#clock.moveTo(this.#clock.now() + checkpointAfterMs)
    await calm()
    if (!desk.isOver) desk.holdUp()
  }

  /** The bot has failed at it as often as it is tried, and is told so where it wants to be. */
  async #tell(desk: Desk, failed: Parameters<TurnServer['fail']>[0], script: Script) {
    const { situation } = desk
    const message = situation.pending.find(({ seq }) => seq === (failed.seq ?? situation.pending[0]?.seq))
    const timer = situation.timers.find(({ id }) => id === failed.timer)
    const after: Situation = {
      ...situation,
      ...(message && { processed: Math.max(situation.processed, message.seq) }),
      pending: situation.pending.filter((each) => each !== message),
      timers: situation.timers.filter((each) => each !== timer),
    }
    if (!wantsToBeTold(this.bot)) return undefined
    const failure = { cause: failed.cause, attempts: 3, ...(message && { message }), ...(timer && { timer }) }
    const told = await this.#lease(after, script, failure)
    return told.over.why === 'failed' || told.over.why === 'parked' ? undefined : told
  }

  get #server(): TurnServer {
    const desk = (): Desk => this.#desk as Desk
    return {
      commit: async (turn) => desk().commit(turn),
      renew: async () => {},
      fail: async (turn) => desk().fail(turn),
      park: async (turn) => desk().park(turn),
      checkHandoff: async () => ({}),
    }
  }
}

/** What waits for nobody is done after a few turns of the event loop. */
const calm = async (): Promise<void> => {
  for (let turns = 0; turns < 3; turns++) await new Promise<void>((resolve) => setImmediate(resolve))
}

const failureOf = (over: Over, wasTold: boolean): { failure?: string } => {
  if (over.why === 'parked') return { failure: over.reason }
  return over.why === 'failed' && !wasTold ? { failure: over.failed.cause } : {}
}
