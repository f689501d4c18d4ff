import type { Encoded } from '../connection-manager/buffers.js'
import type { Link } from '../connection-manager/link.js'
import { detached, publishOf } from './message.js'
import type { RoutedMessage } from './port.js'
import type { Terms } from './subscriber.js'

/** One message on its way to many: encoded once for each form that its receivers need. */
export class FanOut {
  readonly #encoded: (Encoded | undefined)[] = []
  #kept: RoutedMessage | undefined
  #waits: Promise<unknown>[] | undefined

  constructor(readonly message: RoutedMessage) {}

  /** Its publisher is answered after this. */
  waitFor(work: Promise<unknown>): void {
    this.#waits ??= []
    this.#waits.push(work)
  }

  /** `undefined` where there is nothing to wait for; called when it has gone to all. */
  arrived(): Promise<unknown> | undefined {
    return this.#waits && Promise.all(this.#waits)
  }

  /** The message to keep for later, the same for all who do. */
  get kept(): RoutedMessage {
    this.#kept ??= detached(this.message)
    return this.#kept
  }

  /**
   * The PUBLISH as all receivers of this version, QoS and RETAIN get it; `packetId` where the QoS is 1 or 2. To be written
   * before the next one is asked for.
   */
  packet(link: FanOutLink, { qos, retain }: Terms, packetId: number): Encoded {
    const { version, publishes } = link
    const form = (version === 5 ? 6 : 0) + qos * 2 + (retain ? 1 : 0)
    const known = this.#encoded[form]
    if (!known) return this.#encode(form, link, { qos, retain, identifiers: [] }, packetId)
    if (qos === 0) return known
    publishes.withPacketId(known.bytes, known.start, known.end, packetId)
    return publishes
  }

  #encode(form: number, { version, publishes }: FanOutLink, terms: Terms, packetId: number): Encoded {
    publishes.publish(publishOf(this.message, terms, terms.qos > 0 ? packetId : undefined), version)
    const { bytes, start, end } = publishes
    const encoded = { bytes, start, end }
    this.#encoded[form] = encoded
    return encoded
  }
}

/** What decides how the bytes look, and where they go. */
type FanOutLink = Pick<Link, 'version' | 'publishes'>
