import type { Clock, Random } from '@daakia/protocol'
import type { Activity } from '../../activity.js'
import type { PacedSender } from '../../broker/exchange/paced.js'
import type { Outcome, Store, Work } from '../../persistence/port.js'
import type { Lease, Leases, LeaseTerms } from '../port.js'
import type { BotConnection } from './bots.js'
import type { TurnHooks } from './hooks.js'
import { leaseNotice, portionOf, pushNotice, toDelivery } from './notices.js'
import { OpenTurn, type TurnName } from './open-turn.js'
import { toFailed } from './outcome.js'
import { type RetryTerms, retryDelayMs } from './retry-delay.js'

export interface KeeperParts {
  store: Pick<Store, 'begin' | 'commit'>
  leases: Leases
  terms: LeaseTerms
  retries: RetryTerms
  random: Random
  sender: PacedSender
  clock: Clock
  activity: Activity
  hooks: TurnHooks
  /** A turn is over: its conversation may wait again, and its connection has room. */
  ended(turn: OpenTurn): void
  /** A connection of another node has the turn, which takes no room here. */
  isElsewhere(turn: OpenTurn): void
  failed(error: unknown): void
}

/** So long after it was found with another node a turn is looked for again, unless that one is heard to be done. */
const elsewhereMs = 1_000

const turnKey = ({ vendor, conversation, bot }: TurnName) => `${vendor}/${bot}/${conversation}`

/** Keeps the turns that are open: gives leases, pushes what comes meanwhile, takes back what ran out. */
export class TurnKeeper {
  readonly #turns = new Map<string, OpenTurn>()
  #retired = false

  constructor(private readonly parts: KeeperParts) {}

  get(name: TurnName): OpenTurn | undefined {
    return this.#turns.get(turnKey(name))
  }

  /** Those that are open, the oldest first. */
  get all(): readonly OpenTurn[] {
    return [...this.#turns.values()]
  }

  /** Turns are not kept from now on, and a try that is lost does not count. */
  retire(): void {
    this.#retired = true
  }

  get retired(): boolean {
    return this.#retired
  }

  /** Reserves the turn for the connection at once; the lease follows. */
  open(name: TurnName, connection: BotConnection): void {
    const turn = new OpenTurn(name, connection, this.parts.activity)
    this.#turns.set(turnKey(name), turn)
    connection.turns.add(turn)
    this.#lease(turn).catch((error) => {
      this.parts.failed(error)
      this.#retryLater(turn, this.parts.terms.durationMs)
    })
  }

  /** Something may be new for the holder. */
  news(turn: OpenTurn): void {
    turn.news = true
    if (turn.phase === 'open' && !turn.pushing) void this.#push(turn)
  }

  /** A commit that is being answered may have looked just before something fell due there: it is looked at again after. */
  waitsBehind(name: TurnName): void {
    const turn = this.get(name)
    if (turn?.phase === 'settling') turn.news = true
  }

  /** A turn whose try has failed: when the next one may begin. */
  retryAt({ attempt }: OpenTurn): number {
    const { clock, retries, random } = this.parts
    return clock.now() + retryDelayMs(attempt, retries, random)
  }

  /** The connection has gone: the conversation is another's as soon as nothing is being applied. */
  lose(turn: OpenTurn): void {
    turn.lost = true
    if (turn.phase === 'open' && this.#retired) void this.giveBack(turn)
    else if (turn.phase === 'open' && turn.attempt > 1)
      this.#fail(turn, 'the connection was lost before the turn was committed')
    else if (turn.phase === 'open' || turn.phase === 'waiting') void this.end(turn)
  }

  /** The bot has it, from now on or again. */
  goOn(turn: OpenTurn): void {
    turn.phase = 'open'
    if (turn.lost) void (this.#retired ? this.giveBack(turn) : this.end(turn))
    else if (turn.news) this.news(turn)
  }

  /** Renews the lease; `undefined` where it is past its longest time. */
  async renew(turn: OpenTurn): Promise<Lease | undefined> {
    const lease = await this.parts.leases.renew(turn.name, turn.fence, this.parts.clock.now())
    if (lease) this.#watch(turn, lease)
    return lease
  }

  /** Gives the lease back. What came meanwhile is found by those who look after `ended`. */
  async end(turn: OpenTurn): Promise<void> {
    if (turn.phase === 'over') return
    turn.phase = 'over'
    turn.expiry?.cancel()
    try {
      if (turn.fence !== '') await this.parts.leases.settle(turn.name, turn.fence)
    } catch (error) {
      this.parts.failed(error)
    }
    this.#forget(turn)
  }

  /** Gives the lease back, and the try that was counted. */
  async giveBack(turn: OpenTurn): Promise<void> {
    turn.phase = 'settling'
    turn.settled = this.#settle(turn, { kind: 'returned', revision: turn.revision })
    await turn.settled
  }

  /** Takes all leases back. */
  async close(): Promise<void> {
    for (const turn of this.#turns.values()) turn.lost = true
    await Promise.all([...this.#turns.values()].map((turn) => this.end(turn)))
  }

  async #lease(turn: OpenTurn): Promise<void> {
    const { leases, store, clock } = this.parts
    const { vendor, conversation, bot } = turn.name
    const holder = turn.connection.session.name.connection
    const lease = await leases.acquire({ vendor, conversation, bot, holder }, clock.now())
    if (!lease) return this.#isElsewhere(turn)
    turn.fence = lease.fence
    turn.grantedAt = lease.grantedAt
    turn.now = clock.now()
    const { version, tellFailures } = turn.connection.announcement
    const options = { tellFailures, ...(version !== undefined && { version }) }
    const work = await store.begin(vendor, conversation, bot, turn.now, options)
    if (!work) return this.end(turn)
    turn.revision = work.revision
    if (turn.lost) return this.#retired ? this.giveBack(turn) : this.end(turn)
    await this.#hand(turn, lease, portionOf(work))
  }

  async #hand(turn: OpenTurn, lease: Lease, work: Work): Promise<void> {
    turn.revision = work.revision
    turn.attempt = work.attempt
    turn.ofFailure = work.failed !== undefined
    turn.told(work)
    turn.phase = 'open'
    this.#watch(turn, lease)
    const notice = leaseNotice(lease.fence, this.parts.terms, turn.now, work)
    await this.parts.sender.send(turn.connection.session, toDelivery(turn, notice))
    await this.parts.hooks['turn.leased']?.({ ...turn.name, revision: turn.revision })
    if (turn.news) this.news(turn)
  }

  /** A connection of another node has it: that takes nothing of this one's room. */
  #isElsewhere(turn: OpenTurn): void {
    turn.connection.turns.delete(turn)
    this.#retryLater(turn, elsewhereMs)
    this.parts.isElsewhere(turn)
  }

  /** It can't be had now, or the store has failed. */
  #retryLater(turn: OpenTurn, delayMs: number): void {
    if (turn.lost) return void this.end(turn)
    turn.phase = 'waiting'
    turn.expiry = this.parts.clock.after(delayMs, () => void this.end(turn))
  }

  async #push(turn: OpenTurn): Promise<void> {
    turn.pushing = true
    try {
      while (turn.news && turn.phase === 'open') {
        turn.news = false
        await this.#pushOnce(turn)
      }
    } catch (error) {
      this.parts.failed(error)
    } finally {
      turn.pushing = false
    }
  }

  async #pushOnce(turn: OpenTurn): Promise<void> {
    const now = this.parts.clock.now()
    const work = await this.#look(turn, now)
    await turn.answered
    if (turn.phase !== 'open' || (work && work.revision !== turn.revision)) {
      turn.news = true
      return
    }
    const untold = work && turn.takeUntold(portionOf(work))
    if (!untold) return
    const delivery = toDelivery(turn, pushNotice(turn.fence, now, untold))
    void this.parts.sender.send(turn.connection.session, delivery)
  }

  /** What waits now, with nothing counted. */
  #look({ name, connection }: OpenTurn, now: number): Promise<Work | undefined> {
    const { version } = connection.announcement
    const options = { count: false, ...(version !== undefined && { version }) }
    return this.parts.store.begin(name.vendor, name.conversation, name.bot, now, options)
  }

  /** Sees to it that the lease ends when its time is up. */
  #watch(turn: OpenTurn, { expiresAt }: Lease): void {
    turn.heard = false
    turn.expiry?.cancel()
    turn.expiry = this.parts.clock.after(Math.max(0, expiresAt - this.parts.clock.now()), () => this.#expire(turn))
  }

  #expire(turn: OpenTurn): void {
    turn.lost = true
    // In any other phase it is this server that takes its time.
    if (turn.phase !== 'open') return
    const renewable = this.parts.clock.now() < turn.grantedAt + this.parts.terms.longestMs
    // What it has said may have been refused for now, and it waits for the next lease.
    if (renewable && !turn.heard) turn.connection.stalled = true
    this.#fail(turn, 'the lease ran out before the turn was committed')
  }

  /**
   * The bot is gone, or silent. The first time that says nothing of what was being handled, since bots are deployed and
   * lines break: another one tries at once. When it happens again, it waits as after any failure.
   */
  #fail(turn: OpenTurn, cause: string): void {
    turn.phase = 'settling'
    const retryAt = turn.attempt > 1 ? this.retryAt(turn) : this.parts.clock.now()
    turn.settled = this.#settle(turn, toFailed({ cause }, turn.revision, retryAt))
  }

  async #settle(turn: OpenTurn, outcome: Outcome): Promise<void> {
    const { vendor, conversation, bot } = turn.name
    try {
      await this.parts.store.commit(vendor, conversation, bot, this.parts.clock.now(), outcome, turn.fence)
    } catch (error) {
      this.parts.failed(error)
    }
    await this.end(turn)
  }

  #forget(turn: OpenTurn): void {
    this.#turns.delete(turnKey(turn.name))
    turn.connection.turns.delete(turn)
    this.parts.ended(turn)
    turn.rest()
  }
}
