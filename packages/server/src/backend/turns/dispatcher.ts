import type { Alarm, Clock } from '@daakia/protocol'
import type { Activity } from '../../activity.js'
import { Chooser } from '../../chooser.js'
import type { Store } from '../../persistence/port.js'
import type { BotPlaces } from './bot-places.js'
import { type BotConnection, type Bots, type ConnectedBot, roomOf, serving, servingVersion } from './bots.js'

export interface DispatcherParts {
  store: Pick<Store, 'waiting'>
  bots: Pick<Bots, 'byKey'>
  places: Pick<BotPlaces, 'isOurs' | 'isElsewhere'>
  clock: Clock
  activity: Activity
  isOpen(bot: ConnectedBot, conversation: string): boolean
  /** Another node was found to have the turn, a moment ago. */
  isElsewhere(bot: ConnectedBot, conversation: string): boolean
  open(bot: ConnectedBot, conversation: string, connection: BotConnection): void
  /** Something waits there, and the turn is open. */
  waitsBehind(bot: ConnectedBot, conversation: string): void
  /** The bot's next timer falls due then. */
  nextDue(bot: ConnectedBot, due: number | undefined): void
  failed(error: unknown): void
}

/** So long another node has what is for it to give out. */
const deferMs = 2_000
/** How long it waits after the store has failed. */
const patienceMs = 1_000
/** Turns that are opened before the store is asked again. */
const turnsAtOnce = 256

/**
 * Gives the conversations that wait to the connections that have room. The store is asked anew after every wake-up,
 * however it came, so one that comes while it is being asked is not lost: it is asked once more.
 */
export class Dispatcher {
  readonly #chooser: Chooser<BotConnection>
  /** Keys of the bots that are being looked after; true where they were woken meanwhile. */
  readonly #busy = new Map<string, boolean>()

  /** Keys of the bots for which more waits than they have room for. */
  readonly #behind = new Set<string>()

  /** Bots of which all that waits is given out the next time, whichever node it is for. */
  readonly #unclaimed = new Set<string>()

  /** Bots with something that waits for another node to give it to them: by key, with what this one waits until. */
  readonly #deferred = new Map<string, Alarm>()

  constructor(private readonly parts: DispatcherParts) {
    this.#chooser = new Chooser(parts.clock)
  }

  /** Something may wait for the bot with this key, in this conversation. */
  wakeFor(key: string, conversation: string): void {
    const bot = this.parts.bots.byKey(key)
    const inTurn = this.#busy.has(key) || this.#behind.has(key)
    if (bot && !this.parts.places.isOurs(bot, conversation)) this.#defer(bot)
    // Whoever waits longer goes first. Where nobody does, the store need not be asked who.
    else if (!bot || inTurn || !this.#offer(bot, conversation)) this.wake(key)
  }

  /** A turn of the bot is over, and nothing waits where it was. */
  hasRoom(key: string): void {
    if (this.#behind.has(key)) this.wake(key)
  }

  /** Something may wait for the bot with this key, anywhere, or be due later. */
  wake(key: string): void {
    if (this.#busy.has(key)) this.#busy.set(key, true)
    else void this.#lookAfter(key)
  }

  /** Called when no more work is to be given out. */
  close(): void {
    for (const alarm of this.#deferred.values()) alarm.cancel()
    this.#deferred.clear()
  }

  /** The node that it is for may be slow, or about to die: a little later, whoever has room takes what still waits. */
  #defer({ key }: ConnectedBot): void {
    if (this.#deferred.has(key)) return
    const over = () => {
      this.#deferred.delete(key)
      this.#unclaimed.add(key)
      this.wake(key)
    }
    this.#deferred.set(key, this.parts.clock.after(deferMs, over))
  }

  async #lookAfter(key: string): Promise<void> {
    const over = this.parts.activity.begin()
    try {
      do {
        this.#busy.set(key, false)
        await this.#dispatch(key)
      } while (this.#busy.get(key))
    } catch (error) {
      this.parts.failed(error)
      this.parts.clock.after(patienceMs, () => this.wake(key))
    } finally {
      this.#busy.delete(key)
      over()
    }
  }

  async #dispatch(key: string): Promise<void> {
    const bot = this.parts.bots.byKey(key)
    if (!bot) {
      this.#behind.delete(key)
      return
    }
    const version = servingVersion(bot)
    const limit = wanted(bot)
    const takesAll = this.#unclaimed.delete(key)
    let isDeferred = false
    const isWanted = (conversation: string) => {
      if (this.parts.isElsewhere(bot, conversation)) return false
      const isOurs = takesAll || this.parts.places.isOurs(bot, conversation)
      isDeferred ||= !isOurs
      return isOurs
    }
    const { conversations, nextDue } = await this.parts.store.waiting({
      vendor: bot.vendor,
      bot: bot.bot,
      now: this.parts.clock.now(),
      ...(version !== undefined && { version }),
      ...(this.parts.places.isElsewhere(bot) && { isWanted }),
      limit,
    })
    if (isDeferred) this.#defer(bot)
    this.parts.nextDue(bot, nextDue)
    const opened = conversations.filter((conversation) => this.#offer(bot, conversation))
    if (opened.length > 0 && conversations.length >= limit) this.#busy.set(key, true)
    const isBehind = conversations.length >= limit || !conversations.every((each) => this.parts.isOpen(bot, each))
    if (isBehind) this.#behind.add(key)
    else this.#behind.delete(key)
  }

  #offer(bot: ConnectedBot, conversation: string): boolean {
    if (this.parts.isOpen(bot, conversation)) {
      this.parts.waitsBehind(bot, conversation)
      return false
    }
    const turn = `${bot.key}/${conversation}`
    const connection = this.#chooser.choose(turn, conversation, serving(bot))
    if (!connection) return false
    this.#chooser.remember(turn, connection)
    this.parts.open(bot, conversation, connection)
    return true
  }
}

/** Conversations whose turn is open wait too, until it is committed: as many more as there is room for are asked for. */
const wanted = ({ connections }: ConnectedBot): number => {
  const open = connections.reduce((sum, { turns }) => sum + turns.size, 0)
  const room = connections.reduce((sum, connection) => sum + roomOf(connection), 0)
  return Math.max(1, open + Math.min(room, turnsAtOnce))
}
