import type { Alarm, Clock } from '@daakia/protocol'
import { matches } from '@daakia/protocol/mqtt'
import type { Retained, RoutedMessage } from '../broker/index.js'
import type { Accounts } from '../limits/port.js'
import { systemValues } from './system-values.js'

export interface SystemTopicsOptions {
  accounts: Accounts
  clock: Clock
  /** How often what has changed is told; 0: never. Who subscribes is told what holds then in any case. */
  intervalSeconds: number
  /** Brings a message to those who subscribe to its topic. */
  publish(message: RoutedMessage): void
}

/**
 * `$SYS`: what a server tells each vendor of itself. To clients these are retained messages; nobody keeps them, since
 * they hold only as long as the server runs.
 */
export class SystemTopics {
  readonly #startedAt: number
  /** By vendor: what was told last. */
  readonly #told = new Map<string, ReadonlyMap<string, string>>()
  #alarm: Alarm | undefined

  constructor(private readonly options: SystemTopicsOptions) {
    this.#startedAt = options.clock.now()
  }

  start(): void {
    const { clock, intervalSeconds } = this.options
    if (intervalSeconds > 0) this.#alarm = clock.after(intervalSeconds * 1000, () => this.#tick())
  }

  stop(): void {
    this.#alarm?.cancel()
  }

  /** Those that a filter takes in, as they are now. */
  match(vendor: string, filter: string): RoutedMessage[] {
    return [...this.#values(vendor)].flatMap(([topic, text]) =>
      matches(filter, topic) ? this.#message(vendor, topic, text) : [],
    )
  }

  #tick(): void {
    for (const vendor of this.options.accounts.vendors()) this.#tell(vendor)
    this.start()
  }

  #tell(vendor: string): void {
    const before = this.#told.get(vendor)
    const now = this.#values(vendor)
    this.#told.set(vendor, now)
    for (const [topic, text] of now)
      if (before?.get(topic) !== text) this.options.publish(this.#message(vendor, topic, text))
  }

  #values(vendor: string): ReadonlyMap<string, string> {
    const { accounts, clock } = this.options
    const uptimeMs = clock.now() - this.#startedAt
    return systemValues({ usage: accounts.usage(vendor), traffic: accounts.traffic(vendor), uptimeMs })
  }

  #message(vendor: string, topic: string, text: string): RoutedMessage {
    return { vendor, topic, payload: Buffer.from(text), qos: 0, retain: true, at: this.options.clock.now() }
  }
}

/** Retained messages, with those of `$SYS` among them. */
export const withSystemTopics = (retained: Retained, topics: Pick<SystemTopics, 'match'>): Retained => ({
  set: (message) => retained.set(message),
  match: async (vendor, filter, now) =>
    filter.startsWith('$SYS/') ? topics.match(vendor, filter) : retained.match(vendor, filter, now),
})
