import { LeaseGone, type StoredRun } from '@daakia/bot-sdk/internal'
import type { Message } from '@daakia/client-sdk'
import { readEnvelope } from '@daakia/client-sdk/internal'
import type { CommitTurn, Committed, Envelope, FailTurn, Failure, Lease } from '@daakia/protocol'
import type { Situation } from './situation.js'

/** Who a conversation is between. */
export interface Between {
  conversation: string
  client: string
  bot: string
  /** How long nobody has to speak before the bot is given what was said, where its states say nothing; milliseconds. */
  quietMs: number
}

/** Why a turn is over: with what was committed, at work on what never ends, or with what went wrong. */
export type Over =
  | { why: 'committed' | 'held up' }
  | { why: 'failed'; failed: FailTurn }
  | { why: 'parked'; reason: string }

/** No bot that comes to rest commits more often in one turn. */
const mostCommits = 100

/** Gives one lease, and takes what is committed under it, as a server would. */
export class Desk {
  readonly fence: string
  readonly #between: Between
  readonly #failed: Failure | undefined
  readonly said: Message[] = []
  readonly over: Promise<Over>
  #end: (over: Over) => void = () => {}
  #isOver = false
  #commits = 0
  #situation: Situation

  constructor(fence: string, situation: Situation, between: Between, failed?: Failure) {
    this.fence = fence
    this.#situation = situation
    this.#between = between
    this.#failed = failed
    this.over = new Promise((resolve) => {
      this.#end = (over) => {
        this.#isOver = true
        resolve(over)
      }
    })
  }

  get situation(): Situation {
    return this.#situation
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** Time has passed while the bot was at work. */
  passed(ms: number): void {
    this.#situation = { ...this.#situation, now: this.#situation.now + ms }
  }

  get lease(): Lease {
    const { now, revision, head, processed, state, isUnfinished } = this.#situation
    return {
      ...{ type: 'lease', fence: this.fence, members: [this.#between.client, this.#between.bot] },
      ...{ durationMs: 30_000, longestMs: 600_000, attempt: 1, now, revision },
      ...{ commitId: revision === 0 ? null : String(revision), commitHead: head, processed },
      // A restore changes what it is given.
      state: state === null ? null : structuredClone(state),
      ...(isUnfinished && { unfinished: true }),
      ...(this.#failed ? { failed: this.#failed, events: [], timers: [] } : this.#work),
    }
  }

  get #work(): { events: Envelope[]; timers: Lease['timers'] } {
    const { pending, timers, now } = this.#situation
    const due = timers.filter((timer) => timer.due <= now).sort((one, other) => one.due - other.due)
    return { events: [...pending], timers: due }
  }

  commit(turn: CommitTurn): Committed {
    if (turn.fence !== this.fence || this.#isOver) throw new LeaseGone('The turn is over')
    this.#commits += 1
    this.#situation = this.#after(turn)
    const { revision, head, now } = this.#situation
    const work = this.#work
    const more = work.events.length + work.timers.length > 0 && !turn.checkpoint && !this.#failed
    if (more && this.#commits < mostCommits) return { revision, head, more: { now, ...work } }
    this.#end({ why: turn.checkpoint ? 'held up' : 'committed' })
    return { revision, head }
  }

  /** The bot is at work on what never ends, and has nothing new to commit. */
  holdUp(): void {
    this.#end({ why: 'held up' })
  }

  fail(failed: FailTurn): void {
    if (failed.fence === this.fence) this.#end({ why: 'failed', failed })
  }

  park({ fence, reason }: { fence: string; reason: string }): void {
    if (fence === this.fence) this.#end({ why: 'parked', reason })
  }

  #after({
    processed,
    again = [],
    state,
    messages,
    timers,
    checkpoint = false,
    debounce,
    ...turn
  }: CommitTurn): Situation {
    const { now, head, revision, ...before } = this.#situation
    const said = messages.map(
      (utterance, index): Envelope => ({
        ...{ seq: head + index + 1, id: `${revision + 1}.${index}`, from: this.#between.bot, at: now },
        ...utterance,
      }),
    )
    const heard = said.map((envelope) => readEnvelope(this.#between.conversation, envelope))
    this.said.push(...heard)
    const gone = new Set([...timers.cancel, ...timers.set.map(({ id }) => id)])
    return {
      ...before,
      ...{ now, processed, public: turn.public, isUnfinished: checkpoint },
      quietMs: debounce === undefined ? this.#between.quietMs : (debounce?.quietMs ?? 0),
      ...{ head: head + said.length, revision: revision + 1, state: state as StoredRun | null },
      timers: [
        ...before.timers.filter(({ id }) => !gone.has(id)),
        ...timers.set.map(({ id, delayMs }) => ({ id, due: now + delayMs })),
      ],
      pending: before.pending.filter(({ seq }) => seq > processed && !again.includes(seq)),
      unanswered: [...before.unanswered, ...heard],
    }
  }
}
