import type { Clock } from '@daakia/protocol'
import type { Activity } from '../../activity.js'
import { Chooser } from '../../chooser.js'
import type { Store } from '../../persistence/port.js'
import { type BotConnection, type Bots, type ConnectedBot, roomOf, serving, servingVersion } from './bots.js'

export interface DispatcherParts {
  store: Pick<Store, 'waiting'>
  bots: Pick<Bots, 'byKey'>
  clock: Clock
  activity: Activity
  isOpen(bot: ConnectedBot, conversation: string): boolean
  open(bot: ConnectedBot, conversation: string, connection: BotConnection): void
  /** Something waits there, and the turn is open. */
  waitsBehind(bot: ConnectedBot, conversation: string): void
  /** The bot's next timer falls due then. */
  nextDue(bot: ConnectedBot, due: number | undefined): void
  failed(error: unknown): void
}

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

  constructor(private readonly parts: DispatcherParts) {
    this.#chooser = new Chooser(parts.clock)
  }

  /** Something may wait for the bot with this key, in this conversation. */
  wakeFor(key: string, conversation: string): void {
    const bot = this.parts.bots.byKey(key)
    const inTurn = this.#busy.has(key) || this.#behind.has(key)
    // Whoever waits longer goes first. Where nobody does, the store need not be asked who.
    if (!bot || inTurn || !this.#offer(bot, conversation)) this.wake(key)
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
    const { conversations, nextDue } = await this.parts.store.waiting({
      vendor: bot.vendor,
      bot: bot.bot,
      now: this.parts.clock.now(),
      ...(version !== undefined && { version }),
      limit,
    })
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
