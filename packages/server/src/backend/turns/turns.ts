import type { BotInfo, Clock, Random } from '@daakia/protocol'
import type { Activity } from '../../activity.js'
import type { PacedSender } from '../../broker/exchange/paced.js'
import type { LiveSession } from '../../broker/exchange/port.js'
import type { Occupation } from '../../connection-manager/port.js'
import type { Peers } from '../../peers/port.js'
import type { Store } from '../../persistence/port.js'
import type { Leases, LeaseTerms } from '../port.js'
import type { Methods } from '../rpc/method.js'
import type { Announcement } from './announcement.js'
import { botInfos } from './bot-infos.js'
import { BotPlaces } from './bot-places.js'
import { Bots, botKey, type ConnectedBot, placeOf, servingVersion } from './bots.js'
import { Deadlines } from './deadlines.js'
import { Dispatcher } from './dispatcher.js'
import type { TurnHooks } from './hooks.js'
import type { OpenTurn, TurnName } from './open-turn.js'
import type { RetryTerms } from './retry-delay.js'
import type { TurnAtWork } from './turn-at-work.js'
import { turnMethods } from './turn-calls.js'
import { TurnKeeper } from './turn-keeper.js'

export interface TurnsParts {
  store: Pick<Store, 'enlist' | 'waiting' | 'begin' | 'commit' | 'refusesHandoff'>
  peers: Peers
  leases: Leases
  terms: LeaseTerms
  retries: RetryTerms
  random: Random
  sender: PacedSender
  clock: Clock
  activity: Activity
  hooks: TurnHooks
  /** The bot's public state there has changed. */
  stateChanged(name: TurnName): void
  failed(error: unknown): void
}

/** Gives what waits to the bots that are connected: each conversation to one connection at a time, under a lease. */
export class Turns {
  readonly methods: Methods
  readonly #bots = new Bots()
  readonly #places: BotPlaces
  readonly #keeper: TurnKeeper
  readonly #dispatcher: Dispatcher
  readonly #deadlines: Deadlines

  constructor(private readonly parts: TurnsParts) {
    this.#keeper = new TurnKeeper({
      ...parts,
      ended: (turn) => this.#ended(turn),
      isElsewhere: (turn) => this.#isElsewhere(turn),
    })
    this.#deadlines = new Deadlines(parts.clock, (key) => this.#fallsDue(key))
    this.#places = new BotPlaces({ ...parts, bots: this.#bots, moved: (bot) => (bot ? this.#wake(bot) : this.look()) })
    this.#dispatcher = new Dispatcher({
      ...parts,
      bots: this.#bots,
      places: this.#places,
      isElsewhere: ({ vendor, bot }, conversation) =>
        this.#keeper.get({ vendor, bot, conversation })?.phase === 'waiting',
      isOpen: ({ vendor, bot }, conversation) => this.#keeper.get({ vendor, bot, conversation }) !== undefined,
      open: (bot, conversation, connection) => {
        this.#keeper.open({ vendor: bot.vendor, bot: bot.bot, conversation }, connection)
        this.#places.changed(bot)
      },
      waitsBehind: ({ vendor, bot }, conversation) => this.#keeper.waitsBehind({ vendor, bot, conversation }),
      nextDue: ({ key }, due) => this.#deadlines.set(key, due),
    })
    this.methods = turnMethods({
      ...parts,
      keeper: this.#keeper,
      timersSet: (name) => this.#wake(name),
      heard: ({ session, vendor, client }) => this.#bots.heard(session) && this.#wake({ vendor, bot: client }),
    })
  }

  /** Makes the client known as a bot; call what comes back to let the connection take turns. */
  async announce(session: LiveSession, qos: 0 | 1, announcement: Announcement): Promise<() => void> {
    await this.#enlist(session.name.vendor, session.name.client, announcement)
    return () => {
      if (session.closed) return
      const bot = this.#bots.add(session, qos, announcement, this.parts.clock.now())
      this.#places.changed(bot)
      this.#dispatcher.wake(bot.key)
    }
  }

  /** The connection takes no more turns, and those that it has go to others. False where it took none. */
  leave(session: LiveSession): boolean {
    const left = this.#bots.remove(session)
    if (!left) return false
    const { bot, connection } = left
    for (const turn of connection.turns) this.#keeper.lose(turn)
    this.#places.changed(bot)
    if (bot.connections.length === 0) this.#deadlines.set(bot.key, undefined)
    else if (servingVersion(bot) !== connection.announcement.version) void this.#fallBack(bot)
    return true
  }

  /** The bots of a vendor that take turns now, on all nodes, in the order of their names. */
  connected(vendor: string): BotInfo[] {
    const here = this.#bots.of(vendor).flatMap((bot) => {
      const place = placeOf(bot)
      return place ? { bot: bot.bot, place } : []
    })
    return botInfos([...here, ...this.#places.of(vendor)])
  }

  /** The turns that are open, the oldest first. */
  get open(): readonly TurnAtWork[] {
    return this.#keeper.all.map(({ name, holds, now }) => ({ ...name, ...holds, since: now }))
  }

  /** Something may wait for these bots in the conversation. */
  news(vendor: string, bots: readonly string[], conversation: string): void {
    for (const bot of bots) {
      if (!this.#bots.get(vendor, bot)) continue
      const turn = this.#keeper.get({ vendor, conversation, bot })
      if (turn) this.#keeper.news(turn)
      else this.#dispatcher.wakeFor(botKey(vendor, bot), conversation)
    }
  }

  /** These clients may take no more turns in the conversation. */
  unseat(vendor: string, clients: readonly string[], conversation: string): void {
    for (const bot of clients) {
      const turn = this.#keeper.get({ vendor, conversation, bot })
      if (turn) this.#keeper.lose(turn)
    }
  }

  /** News may have been missed: something may wait for any bot, and turns may be over. */
  look(): void {
    for (const bot of this.#bots) this.#dispatcher.wake(bot.key)
    for (const turn of this.#keeper.all)
      if (turn.phase === 'waiting') void this.#keeper.end(turn)
      else this.#keeper.news(turn)
  }

  /** Gives out nothing more: a turn ends with its next commit, and one that is lost is given back as if it had not begun. */
  retire(): void {
    this.#bots.retire()
    this.#keeper.retire()
    for (const bot of this.#bots) this.#places.changed(bot)
  }

  /** What a connection does, where it takes turns. */
  occupation(session: LiveSession): Occupation | undefined {
    const connection = this.#bots.connection(session)
    return connection && (connection.turns.size > 0 ? 'busy' : 'serves')
  }

  async close(): Promise<void> {
    this.#places.close()
    this.#dispatcher.close()
    this.#deadlines.close()
    await this.#keeper.close()
  }

  #ended({ name, rests, news }: OpenTurn): void {
    const key = botKey(name.vendor, name.bot)
    this.#tellOthers(key)
    if (!rests) this.#dispatcher.wake(key)
    else if (news) this.#dispatcher.wakeFor(key, name.conversation)
    else this.#dispatcher.hasRoom(key)
  }

  #isElsewhere({ name }: OpenTurn): void {
    const key = botKey(name.vendor, name.bot)
    this.#tellOthers(key)
    this.#dispatcher.hasRoom(key)
  }

  #tellOthers(key: string): void {
    const bot = this.#bots.byKey(key)
    if (bot) this.#places.changed(bot)
  }

  #wake({ vendor, bot }: Pick<TurnName, 'vendor' | 'bot'>): void {
    this.#dispatcher.wake(botKey(vendor, bot))
  }

  /** A timer that falls due in a turn that is open is pushed into it. */
  #fallsDue(key: string): void {
    const turns: OpenTurn[] = this.#bots.byKey(key)?.connections.flatMap((connection) => [...connection.turns]) ?? []
    for (const turn of turns) this.#keeper.news(turn)
    this.#dispatcher.wake(key)
  }

  async #enlist(
    vendor: string,
    bot: string,
    { capacity: _, tellFailures: __, ...profile }: Announcement,
  ): Promise<void> {
    await this.parts.store.enlist(vendor, bot, profile)
  }

  /** The newest version has left; those that remain are asked again, also for what was parked for theirs. */
  async #fallBack(bot: ConnectedBot): Promise<void> {
    const newest = bot.connections.at(-1)
    try {
      if (newest) await this.#enlist(bot.vendor, bot.bot, newest.announcement)
    } catch (error) {
      this.parts.failed(error)
    }
    this.#dispatcher.wake(bot.key)
  }
}
