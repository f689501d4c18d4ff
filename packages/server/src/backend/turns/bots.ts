import type { LiveSession } from '../../broker/exchange/port.js'
import type { Announcement } from './announcement.js'
import type { BotPlace } from './bot-places.js'
import type { OpenTurn } from './open-turn.js'

/** A connection of a bot that takes turns. */
export interface BotConnection {
  session: LiveSession
  qos: 0 | 1
  announcement: Announcement
  turns: Set<OpenTurn>
  /** A lease of its ran out unrenewed: it gets no other until it is heard of, though its connection lives. */
  stalled: boolean
  /** The server sends its clients away: it gets no other turn here. */
  retired: boolean
  /** When it announced itself: milliseconds since the Unix epoch. */
  since: number
}

/** A bot that is connected at least once. */
export interface ConnectedBot {
  readonly key: string
  readonly vendor: string
  readonly bot: string
  /** In the order in which they announced themselves. */
  readonly connections: BotConnection[]
}

export const botKey = (vendor: string, bot: string) => `${vendor}/${bot}`

/** The version that the newest connection announced. Older code gets no new work while newer code is here. */
export const servingVersion = ({ connections }: ConnectedBot) => connections.at(-1)?.announcement.version

/** How it is connected to this node; `undefined` where it is not. */
export const placeOf = (bot: ConnectedBot): BotPlace | undefined => {
  const newest = bot.connections.at(-1)
  if (!newest) return undefined
  const { version } = newest.announcement
  const hasRoom = serving(bot).length > 0
  return { ...(version !== undefined && { version }), since: newest.since, instances: bot.connections.length, hasRoom }
}

export const roomOf = ({ announcement, turns, session, stalled, retired }: BotConnection): number =>
  session.closed || stalled || retired ? 0 : Math.max(0, announcement.capacity - turns.size)

/** Connections with room for one more conversation. */
export const serving = (bot: ConnectedBot): BotConnection[] => {
  const version = servingVersion(bot)
  return bot.connections.filter((one) => one.announcement.version === version && roomOf(one) > 0)
}

/** The bots that are connected. */
export class Bots implements Iterable<ConnectedBot> {
  readonly #bots = new Map<string, ConnectedBot>()
  #retired = false

  /** No connection has room for another turn from now on. */
  retire(): void {
    this.#retired = true
    for (const { connections } of this) for (const connection of connections) connection.retired = true
  }

  get(vendor: string, bot: string): ConnectedBot | undefined {
    return this.#bots.get(botKey(vendor, bot))
  }

  /** Those of a vendor, in the order of their names. */
  of(vendor: string): ConnectedBot[] {
    return [...this.#bots.values()]
      .filter((bot) => bot.vendor === vendor)
      .sort((one, other) => (one.bot < other.bot ? -1 : 1))
  }

  [Symbol.iterator](): Iterator<ConnectedBot> {
    return this.#bots.values()
  }

  byKey(key: string): ConnectedBot | undefined {
    return this.#bots.get(key)
  }

  /** A connection that announces itself again keeps its turns. */
  add(session: LiveSession, qos: 0 | 1, announcement: Announcement, since: number): ConnectedBot {
    const { vendor, client } = session.name
    const key = botKey(vendor, client)
    const bot = this.#bots.get(key) ?? { key, vendor, bot: client, connections: [] }
    this.#bots.set(key, bot)
    const known = this.#take(bot, session)
    const turns = known?.turns ?? new Set<OpenTurn>()
    const connection = { session, qos, announcement, turns, stalled: false, retired: this.#retired, since }
    bot.connections.push(connection)
    return bot
  }

  remove(session: LiveSession): { bot: ConnectedBot; connection: BotConnection } | undefined {
    const bot = this.get(session.name.vendor, session.name.client)
    const connection = bot && this.#take(bot, session)
    if (!bot || !connection) return undefined
    if (bot.connections.length === 0) this.#bots.delete(bot.key)
    return { bot, connection }
  }

  /** The connection, where it takes turns. */
  connection(session: LiveSession): BotConnection | undefined {
    const bot = this.get(session.name.vendor, session.name.client)
    return bot?.connections.find((connection) => connection.session === session)
  }

  /** The connection has called: it is at work. True where that was in doubt. */
  heard(session: LiveSession): boolean {
    const connection = this.connection(session)
    if (!connection?.stalled) return false
    connection.stalled = false
    return true
  }

  #take(bot: ConnectedBot, session: LiveSession): BotConnection | undefined {
    const index = bot.connections.findIndex((connection) => connection.session === session)
    return index < 0 ? undefined : bot.connections.splice(index, 1)[0]
  }
}
