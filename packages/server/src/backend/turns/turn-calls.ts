import {
  type CheckedHandoff,
  CheckHandoff,
  type Clock,
  CommitTurn,
  type Committed,
  FailTurn,
  isConversationId,
  ParkTurn,
  RenewTurn,
} from '@daakia/protocol'
import { UnknownConversation } from '../../persistence/errors.js'
import type { Outcome, Settled, Store, Work } from '../../persistence/port.js'
import type { Leases, LeaseTerms } from '../port.js'
import { conflict } from '../rpc/failure.js'
import { type Caller, type Methods, method } from '../rpc/method.js'
import type { TurnHooks } from './hooks.js'
import { portionOf, toItems } from './notices.js'
import type { OpenTurn, TurnName } from './open-turn.js'
import { toCommitted, toFailed, toParked } from './outcome.js'
import type { TurnKeeper } from './turn-keeper.js'

export interface TurnCallParts {
  keeper: TurnKeeper
  store: Pick<Store, 'begin' | 'commit' | 'refusesHandoff'>
  leases: Pick<Leases, 'check'>
  terms: LeaseTerms
  clock: Clock
  hooks: TurnHooks
  /** The connection is at work. */
  heard(caller: Caller): void
  /** The bot's public state there has changed. */
  stateChanged(name: TurnName): void
  /** When the bot's next timer falls due may have changed. */
  timersSet(name: TurnName): void
}

type Items = Pick<Work, 'events' | 'timers'>
type Applied = Exclude<Settled, { kind: 'conflict' }>

/** No state has it: what claims to start from it is never applied, only recognised where it was applied before. */
const noRevision = -1

/** What the holder of a lease calls: `turns/commit`, `turns/renew`, `turns/fail`, `turns/park` and `turns/check-handoff`. */
export const turnMethods = (parts: TurnCallParts): Methods => {
  const calls = new TurnCalls(parts)
  return {
    'turns/commit': method(CommitTurn, (caller, params) => calls.commit(caller, params)),
    'turns/renew': method(RenewTurn, (caller, params) => calls.renew(caller, params)),
    'turns/fail': method(FailTurn, (caller, params) => calls.fail(caller, params)),
    'turns/park': method(ParkTurn, (caller, params) => calls.park(caller, params)),
    'turns/check-handoff': method(CheckHandoff, (caller, params) => calls.checkHandoff(caller, params)),
  }
}

interface Claim {
  conversation: string
  fence: string
}

class TurnCalls {
  constructor(private readonly parts: TurnCallParts) {}

  async commit(caller: Caller, params: CommitTurn): Promise<Committed> {
    const turn = await this.#held(caller, params)
    if (!turn) return this.#answerAgain(nameOf(caller, params), params)
    return this.#settling(turn, caller, async () => {
      const applied = await this.#apply(turn, params)
      if (params.checkpoint) return this.#goOn(turn, applied)
      const next = await this.#goesOn(turn, applied)
      turn.rests = hasNothingLeft(applied)
      if (!next) await this.#over(turn, applied)
      return { revision: applied.revision, head: applied.head, ...(next && { more: toItems(turn.now, next) }) }
    })
  }

  /** The turn is not over: it has as long again, and what comes is pushed as before. */
  async #goOn(turn: OpenTurn, { revision, head }: Applied): Promise<Committed> {
    await this.parts.keeper.renew(turn)
    turn.attempt = 1
    return { revision, head }
  }

  /** With what waits next a try at it was counted. */
  #over(turn: OpenTurn, applied: Applied): Promise<void> {
    const { keeper } = this.parts
    const hasBegun = applied.kind === 'applied' && applied.next !== undefined
    return hasBegun && keeper.retired ? keeper.giveBack(turn) : keeper.end(turn)
  }

  async renew(caller: Caller, params: RenewTurn): Promise<{ durationMs: number }> {
    const turn = await this.#held(caller, params)
    if (!turn || !(await this.parts.keeper.renew(turn))) throw notInForce()
    return { durationMs: this.parts.terms.durationMs }
  }

  async fail(caller: Caller, params: FailTurn): Promise<object> {
    return this.#giveUp(caller, params, (turn) => toFailed(params, turn.revision, this.parts.keeper.retryAt(turn)))
  }

  async park(caller: Caller, params: ParkTurn): Promise<object> {
    const outcome = ({ revision, connection }: OpenTurn) => toParked(params, revision, connection.announcement.version)
    const answer = await this.#giveUp(caller, params, outcome)
    this.parts.stateChanged(nameOf(caller, params))
    return answer
  }

  async checkHandoff(caller: Caller, params: CheckHandoff): Promise<CheckedHandoff> {
    const turn = await this.#held(caller, params)
    if (!turn) throw notInForce()
    const { vendor, conversation, bot } = turn.name
    const { store, clock } = this.parts
    const refused = await store.refusesHandoff(vendor, conversation, bot, clock.now(), params)
    return refused ? { refused } : {}
  }

  /** The turn, where the caller's fence is the one in force. A zombie holds none. */
  async #held(caller: Caller, claim: Claim): Promise<OpenTurn | undefined> {
    this.parts.heard(caller)
    if (!isConversationId(claim.conversation)) throw notInForce()
    const name = nameOf(caller, claim)
    const lease = await this.parts.leases.check(name, claim.fence, this.parts.clock.now())
    if (!lease) return undefined
    for (let turn = this.parts.keeper.get(name); turn; turn = this.parts.keeper.get(name)) {
      if (turn.phase === 'settling') await turn.settled
      else if (turn.phase !== 'open' || turn.fence !== claim.fence) return undefined
      else {
        turn.heard = true
        return turn
      }
    }
    return undefined
  }

  /** Runs `work` while nothing else happens to the turn. */
  async #settling<T>(turn: OpenTurn, caller: Caller, work: () => Promise<T>): Promise<T> {
    turn.phase = 'settling'
    turn.answered = caller.answered
    const result = work()
    const over = () => {
      if (turn.phase === 'settling') this.parts.keeper.goOn(turn)
    }
    turn.settled = result.then(over, over)
    await turn.settled
    return result
  }

  async #apply(turn: OpenTurn, params: CommitTurn): Promise<Applied> {
    const { hooks, stateChanged, timersSet } = this.parts
    const point = { ...turn.name, revision: turn.revision }
    await hooks['turn.commit']?.(point)
    // The answer to a checkpoint lists nothing: what is new is pushed after it, and so is what waited behind a failure.
    if (!params.checkpoint) turn.news = false
    else if (turn.ofFailure) turn.news = true
    const settled = await this.#store(turn.name, toCommitted(params, turn.now, this.#mayKeep(turn)), turn.fence)
    if (settled.kind === 'conflict') throw await this.#refuse(turn, settled.reason)
    turn.revision = settled.revision
    turn.ofFailure = false
    stateChanged(turn.name)
    if (params.timers.set.length > 0) timersSet(turn.name)
    await hooks['turn.committed']?.(point)
    return settled
  }

  /** Near its longest time the lease is given back rather than kept: the next one starts anew. */
  #mayKeep({ grantedAt, lost }: OpenTurn): boolean {
    return !lost && !this.parts.keeper.retired && this.parts.clock.now() - grantedAt < this.parts.terms.longestMs / 2
  }

  /** What waits next, where the turn goes on. */
  async #goesOn(turn: OpenTurn, applied: Applied): Promise<Items | undefined> {
    const next = applied.kind === 'applied' ? applied.next : await this.#look(turn)
    if (!next || turn.lost || !(await this.parts.keeper.renew(turn))) return undefined
    turn.now = this.parts.clock.now()
    turn.attempt = 1
    const portion = portionOf(next)
    turn.told(portion)
    return portion
  }

  #look({ name }: OpenTurn): Promise<Work | undefined> {
    const now = this.parts.clock.now()
    return this.parts.store.begin(name.vendor, name.conversation, name.bot, now, { count: false })
  }

  /** The bot's own view of the state is wrong: it starts anew with the next lease. */
  async #refuse(turn: OpenTurn, reason: string) {
    await this.parts.keeper.end(turn)
    return conflict(`Nothing was applied: ${reason}`)
  }

  /** A commit whose lease is gone is applied no more, but one that was applied gets its first answer again. */
  async #answerAgain(name: TurnName, params: CommitTurn): Promise<Committed> {
    const settled = await this.#store(name, toCommitted({ ...params, revision: noRevision }, 0, false))
    if (settled.kind === 'conflict') throw notInForce()
    return { revision: settled.revision, head: settled.head }
  }

  async #giveUp(caller: Caller, claim: Claim, outcome: (turn: OpenTurn) => Outcome): Promise<object> {
    const turn = await this.#held(caller, claim)
    if (!turn) throw notInForce()
    return this.#settling(turn, caller, async () => {
      await this.#store(turn.name, outcome(turn), turn.fence)
      await this.parts.keeper.end(turn)
      return {}
    })
  }

  async #store({ vendor, conversation, bot }: TurnName, outcome: Outcome, fence?: string): Promise<Settled> {
    try {
      return await this.parts.store.commit(vendor, conversation, bot, this.parts.clock.now(), outcome, fence)
    } catch (error) {
      if (error instanceof UnknownConversation) throw notInForce()
      throw error
    }
  }
}

const hasNothingLeft = (applied: Applied): boolean =>
  applied.kind === 'applied' && applied.rests === true && !applied.next

const nameOf = ({ vendor, client }: Caller, { conversation }: { conversation: string }): TurnName => ({
  vendor,
  conversation,
  bot: client,
})

const notInForce = () => conflict('The lease is not in force: nothing was applied')
