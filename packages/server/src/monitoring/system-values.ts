import type { Traffic, Usage } from '../limits/port.js'
import { version } from '../version.js'

/** What is known of one vendor at one time. */
export interface VendorFigures {
  usage: Usage
  traffic: Traffic
  /** As long the server has run, in milliseconds. */
  uptimeMs: number
}

/**
 * The topics under `$SYS` and what they say, each a number or a text. They are called as Mosquitto calls them, so that
 * what reads those reads these; unlike those they are about one vendor, the reader's own.
 */
export const systemValues = ({ usage, traffic, uptimeMs }: VendorFigures): ReadonlyMap<string, string> =>
  new Map(
    Object.entries({
      version: `daakia ${version}`,
      uptime: `${Math.floor(uptimeMs / 1000)} seconds`,
      'clients/connected': usage.connections,
      'subscriptions/count': usage.subscriptions,
      'retained messages/count': usage.retainedMessages,
      'store/messages/count': usage.queuedMessages,
      'store/messages/bytes': usage.queuedBytes,
      'messages/received': traffic.packetsReceived,
      'messages/sent': traffic.packetsSent,
      'bytes/received': traffic.bytesReceived,
      'bytes/sent': traffic.bytesSent,
      'publish/messages/received': traffic.publishesReceived,
      'publish/messages/sent': traffic.publishesSent,
      'publish/messages/dropped': traffic.publishesDropped,
    }).map(([name, value]) => [`$SYS/broker/${name}`, String(value)]),
  )
