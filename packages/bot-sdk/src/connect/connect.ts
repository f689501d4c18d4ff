import { mqttTransport } from '@daakia/client-sdk'
import { type Link, type LinkStatus, type OpenTransport, openLink, type Stop } from '@daakia/client-sdk/internal'
import {
  type Clock,
  idMaker,
  parseDaakTopic,
  type Random,
  subscriptionProperties,
  systemClock,
  TurnNotice,
  topics,
} from '@daakia/protocol'
import type { Bot } from '../authoring/bot.js'
import { xstateEngine } from '../engine/engine.js'
import type { BotLog, TurnHooks } from '../turn/port.js'
import { TurnRunner } from '../turn/turn-runner.js'
import { turnServer } from './turn-server.js'

export interface ConnectOptions {
  /** `mqtt://host:1883` for TCP, `ws://host:8080/mqtt` for a WebSocket; `mqtts` and `wss` with TLS. */
  url: string
  password?: string
  /** How many conversations this instance takes at once. 100 by default. */
  capacity?: number
  /** How many runs stay in memory between their turns, 11 to 14 KiB each and more with a large context. 1,000 by default. */
  hotRuns?: number
  /** How connections are made; MQTT to `url` by default. */
  transport?: OpenTransport
  clock?: Clock
  random?: Random
  log?: BotLog
  hooks?: TurnHooks
}

/** A bot at work. */
export interface BotConnection {
  readonly status: LinkStatus
  onStatus(listener: (status: LinkStatus) => void): Stop
  /** Resolves when the server gives this bot its turns for the first time. @throws Refused, Closed */
  readonly ready: Promise<void>
  /**
   * Finishes the open turns, then leaves. What takes longer than `graceMs`, 10,000 by default, is given up: another
   * instance handles it from its last commit.
   */
  close(options?: { graceMs?: number }): Promise<void>
}

const defaults = { capacity: 100, hotRuns: 1_000, graceMs: 10_000 }
const silent: BotLog = { info: () => {}, warn: () => {} }

/**
 * Runs a bot: takes its turns from the server, as the client of the bot's id. Start as many processes as you like; each
 * conversation is handled by one of them at a time.
 *
 * @throws RangeError where `capacity` or `hotRuns` is no whole number
 * @example
 * const running = connect(order, { url: 'mqtt://127.0.0.1:1883' })
 * process.once('SIGTERM', () => running.close())
 */
export function connect(bot: Bot, options: ConnectOptions): BotConnection {
  const { clock = systemClock, random = Math.random, log = silent, hooks = {} } = options
  const capacity = whole('capacity', options.capacity ?? defaults.capacity, 1)
  const hotRuns = whole('hotRuns', options.hotRuns ?? defaults.hotRuns, 0)
  const link = openLink({ client: bot.id, open: transportOf(bot, options), clock, random })
  const engine = xstateEngine(bot.machine, bot.version)
  const server = turnServer(link)
  const runner = new TurnRunner({ bot, engine, server, clock, newId: idMaker(clock, random), hooks, log }, hotRuns)
  const ready = takeTurns(link, runner, { capacity, version: engine.version, apology: bot.apology }, log)
  return new RunningBot(link, runner, ready)
}

function transportOf(bot: Bot, { transport, url, password }: ConnectOptions): OpenTransport {
  return transport ?? mqttTransport({ url, client: bot.id, ...(password !== undefined && { password }) })
}

interface Announcement {
  capacity: number
  version: string
  apology: string
}

function takeTurns(link: Link, runner: TurnRunner, { capacity, version, apology }: Announcement, log: BotLog) {
  return link.subscribe({
    filters: [{ filter: topics.turns('+'), qos: 1 }],
    userProperties: () => [
      [subscriptionProperties.capacity, String(capacity)],
      [subscriptionProperties.version, version],
      [subscriptionProperties.apology, apology],
    ],
    receive: ({ topic, payload }) => {
      const address = parseDaakTopic(topic)
      const notice = TurnNotice.safeParse(parseJson(payload))
      if (address?.kind === 'turns' && notice.success) runner.receive(address.conversation, notice.data)
      else log.warn({ topic }, 'The server sent a turn that this bot cannot read')
    },
  })
}

function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(payload))
  } catch {
    return undefined
  }
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
    // Who does not wait for it hears of a refusal by the status.
    ready.catch(() => {})
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
