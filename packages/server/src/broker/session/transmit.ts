import type { Link } from '../../connection-manager/link.js'
import type { FanOut } from '../fan-out.js'
import { countLost, type Losses } from '../lost.js'
import { publishOf } from '../message.js'
import type { Terms } from '../subscriber.js'

/** Sends a message in the form that all its receivers share, where this one has nothing of its own in it. */
export const transmit = (link: Link, fanOut: FanOut, terms: Terms, packetId: number | undefined): boolean =>
  terms.identifiers.length === 0 && !link.aliasing
    ? link.write(fanOut.packet(link, terms, packetId ?? 0))
    : link.send(publishOf(fanOut.message, terms, packetId))

/** [MQTT-3.1.2-25] what is larger than the client takes counts as sent. */
export const countUnsent = (link: Link, losses: Losses): void => {
  if (!link.closed) countLost(losses, 'oversized')
}
