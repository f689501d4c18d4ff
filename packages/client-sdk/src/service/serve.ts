import { isClientId, systemClock, topics } from '@daakia/protocol'
import { Refused } from '../errors.js'
import { openLink } from '../link/link.js'
import type { Link, LinkStatus, Subscription } from '../link/port.js'
import type { Stop } from '../listeners.js'
import { mqttTransport } from '../transport/mqtt/mqtt-transport.js'
import type { OpenTransport } from '../transport/port.js'
import { announcementOf } from './announcement.js'
import { IncomingCalls } from './incoming-calls.js'
import type { CheckedMethod, Reach, RunningService, ServeOptions, ServiceLog, ServiceMethod } from './port.js'

const defaults = { capacity: 100, graceMs: 10_000 }
const consoleLog: ServiceLog = { warn: (fields, message) => console.warn(message, fields) }

/**
 * Serves: answers the calls of a service, as the client of its name. Start as many processes as you like; each call goes to
 * one of them. It connects at once, and comes back by itself.
 *
 * @throws RangeError where a name, the capacity or the form of the url is wrong
 * @example
 * const orders = serve('orders', {
 *   url: 'mqtt://127.0.0.1:1883',
 *   methods: { ship: { params: z.object({ id: z.int() }), handle: ({ id }) => `shipped ${id}` } },
 * })
 */
export const serve = <TParams extends Record<string, unknown>>(
  service: string,
  options: ServeOptions<TParams>,
): RunningService => {
  const { capacity = defaults.capacity, version, description, clock = systemClock, random = Math.random } = options
  const client = named(options.client ?? service)
  const methods = methodsOf(options.methods)
  if (!Number.isSafeInteger(capacity) || capacity < 1)
    throw new RangeError(`capacity: ${capacity} is not a whole number from 1`)
  const link = openLink({
    ...{ client, clock, random, open: transportOf(client, options) },
    ...(options.backoff && { backoff: options.backoff }),
  })
  const calls = new IncomingCalls(link, methods, clock, options.log ?? consoleLog)
  const announcement = announcementOf({ methods, capacity, version, description })
  return new Instance(link, calls, {
    filters: [{ filter: topics.serve(named(service)), qos: 1 }],
    userProperties: () => announcement,
    receive: (message) => calls.receive(message),
  })
}

const methodsOf = (methods: Readonly<Record<string, unknown>>): ReadonlyMap<string, CheckedMethod<unknown>> =>
  new Map(Object.entries(methods).map(([name, method]) => [named(name), checked(method as ServiceMethod<unknown>)]))

const checked = (method: ServiceMethod<unknown>): CheckedMethod<unknown> =>
  typeof method === 'function' ? { handle: method } : method

const named = (name: string): string => {
  if (isClientId(name)) return name
  throw new RangeError(`"${name}" cannot name a service, a client or a method: 1 to 128 of A-Z a-z 0-9 . _ @ - do.`)
}

const transportOf = (client: string, options: Reach & { password?: string }): OpenTransport => {
  const { url, transport, password } = options
  return transport ?? mqttTransport({ url, client, ...(password !== undefined && { password }) })
}

class Instance implements RunningService {
  readonly ready: Promise<void>
  readonly #link: Link
  readonly #calls: IncomingCalls
  readonly #subscription: Subscription

  constructor(link: Link, calls: IncomingCalls, subscription: Subscription) {
    this.#link = link
    this.#calls = calls
    this.#subscription = subscription
    this.ready = link.subscribe(subscription).then(() => link.online())
    // Without calls it would be connected for nothing. Who does not wait for it hears of it by the status.
    this.ready.catch((reason) => link.close(reason instanceof Refused ? reason : undefined))
  }

  get status(): LinkStatus {
    return this.#link.status
  }

  onStatus(listener: (status: LinkStatus) => void): Stop {
    return this.#link.onStatus(listener)
  }

  async close({ graceMs = defaults.graceMs }: { graceMs?: number } = {}): Promise<void> {
    if (this.status.state === 'online') await this.#link.unsubscribe(this.#subscription)
    await this.#calls.finish(graceMs)
    await this.#link.close()
  }
}
