import {
  type Link,
  type LinkStatus,
  mqttTransport,
  type OpenTransport,
  openLink,
  Refused,
  type Stop,
} from '@daakia/client-sdk/internal'
import { type Clock, idMaker, type Random, systemClock } from '@daakia/protocol'
import { type Bot, refuseOtherCopies } from '../authoring/bot.js'
import { type Inside, xstateEngine } from '../engine/engine.js'
import { chainOf } from '../middleware/chain.js'
import type { Middleware } from '../middleware/port.js'
import type { BotLog, TurnHooks } from '../turn/port.js'
import { wantsToBeTold } from '../turn/told.js'
import { TurnRunner } from '../turn/turn-runner.js'
import { takeTurns } from './take-turns.js'
import { turnServer } from './turn-server.js'
import { typingOver } from './typing.js'
import { watchedServer } from './watched-server.js'

/**
 * How a bot reaches the server, and how much it takes on.
 *
 * @example
 * connect(order, {
 *   url: 'mqtts://bots.example.com',
 *   password: process.env.BOT_PASSWORD ?? '',
 *   capacity: 20,
 *   log: pino(),
 * })
 */
export type ConnectOptions = Settings & Reach

interface Settings {
  password?: string
  /** How many conversations this instance takes at once. 100 by default. */
  capacity?: number
  /**
   * How many runs stay in memory between their turns, at 11 to 14 KiB each and more with a large context. 1,000 by
   * default.
   */
  hotRuns?: number
  clock?: Clock
  random?: Random
  /** Where failed turns are told, with their causes. Warnings go to the console by default. */
  log?: BotLog
  hooks?: TurnHooks
  /**
   * What the operator puts around the bot's turns, in plain order, outside of the bot's own `use`: a log, traces,
   * metrics. What people may notice of the bot, such as a limit of messages, is the author's, and belongs there.
   *
   * @example
   * connect(order, { url: 'mqtt://127.0.0.1:1883', use: [logging({ log: pino() })] })
   */
  use?: readonly Middleware[]
}

type Reach =
  | {
      /** `mqtt://host:1883` for TCP, `ws://host:8080/mqtt` for a WebSocket; `mqtts` and `wss` with TLS. */
      url: string
      transport?: OpenTransport
    }
  | {
      /** How to connect, instead of MQTT over `url`. It has to connect as the client of the bot's id. */
      transport: OpenTransport
      url?: undefined
    }

/**
 * A bot at work.
 *
 * @example
 * const running: BotConnection = connect(order, { url: 'mqtt://127.0.0.1:1883' })
 * running.onStatus((status) => console.log(status.state))
 * await running.ready
 * process.once('SIGTERM', () => running.close({ graceMs: 30_000 }))
 */
export interface BotConnection {
  readonly status: LinkStatus
  onStatus(listener: (status: LinkStatus) => void): Stop
  /**
   * Resolves when the server gives this bot its turns for the first time. Where it refuses to, the connection is closed,
   * with that as the reason. @throws Refused, Closed
   */
  readonly ready: Promise<void>
  /**
   * Finishes the open turns, then leaves. What takes longer than `graceMs`, 10,000 by default, is given up: another
   * instance handles it from its last commit.
   */
  close(options?: { graceMs?: number }): Promise<void>
}

const defaults = { capacity: 100, hotRuns: 1_000, graceMs: 10_000 }
const consoleLog: BotLog = { info: () => {}, warn: (fields, message) => console.warn(message, fields) }

/**
 * Runs a bot: takes its turns from the server, as the client of the bot's id. Start as many processes as you like; each
 * conversation is handled by one of them at a time.
 *
 * @throws TypeError where another copy of this package made the bot
 * @throws RangeError where `capacity` or `hotRuns` is no whole number, or the url's form is wrong
 * @example
 * const running = connect(order, { url: 'mqtt://127.0.0.1:1883' })
 * process.once('SIGTERM', () => running.close())
 */
export function connect(bot: Bot, options: ConnectOptions): BotConnection {
  return connectInside(bot, options, {})
}

/** As `connect`, for tests, which look into the bot. */
export function connectInside(bot: Bot, options: ConnectOptions, inside: Inside): BotConnection {
  refuseOtherCopies(bot)
  const { clock = systemClock, random = Math.random, log = consoleLog, hooks = {}, use = [] } = options
  const capacity = whole('capacity', options.capacity ?? defaults.capacity, 1)
  const hotRuns = whole('hotRuns', options.hotRuns ?? defaults.hotRuns, 0)
  const link = openLink({ client: bot.id, open: transportOf(bot, options), clock, random })
  const engine = xstateEngine(bot, inside)
  const server = inside.watch ? watchedServer(turnServer(link), inside.watch) : turnServer(link)
  const newId = idMaker(clock, random)
  const typing = typingOver(link)
  const middleware = chainOf([...use, ...bot.use])
  const runner = new TurnRunner({ bot, engine, server, clock, newId, typing, hooks, log, middleware }, hotRuns)
  const ready = takeTurns(
    link,
    runner,
    {
      ...{ capacity, version: engine.version, apology: bot.apology, overlap: bot.overlap },
      tellFailures: wantsToBeTold(bot),
      ...(bot.takesOver && { takesOver: bot.takesOver }),
    },
    log,
  )
  return new RunningBot(link, runner, ready)
}

function transportOf(bot: Bot, options: ConnectOptions): OpenTransport {
  if (options.url === undefined) return options.transport
  const { url, transport, password } = options
  return transport ?? mqttTransport({ url, client: bot.id, ...(password !== undefined && { password }) })
}

function whole(name: string, value: number, least: number): number {
  if (!Number.isSafeInteger(value) || value < least)
    throw new RangeError(`${name}: ${value} is not a whole number from ${least}`)
  return value
}

class RunningBot implements BotConnection {
  readonly ready: Promise<void>
  readonly #link: Link
  readonly #runner: TurnRunner

  constructor(link: Link, runner: TurnRunner, ready: Promise<void>) {
    this.#link = link
    this.#runner = runner
    this.ready = ready
    // Without its turns it would be connected and never answer. Who does not wait for it hears of it by the status.
    ready.catch((reason) => link.close(reason instanceof Refused ? reason : undefined))
  }

  get status(): LinkStatus {
    return this.#link.status
  }

  onStatus(listener: (status: LinkStatus) => void): Stop {
    return this.#link.onStatus(listener)
  }

  async close({ graceMs = defaults.graceMs }: { graceMs?: number } = {}): Promise<void> {
    await this.#runner.close({ graceMs })
    await this.#link.close()
  }
}
