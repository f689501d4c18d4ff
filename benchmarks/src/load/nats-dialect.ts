import type { Dialect, Sink } from './dialect.js'
import { NatsCounter } from './nats-counter.js'

/** A topic or filter of MQTT as a subject of NATS. */
const subject = (filter: string): string => filter.replaceAll('/', '.').replaceAll('+', '*').replace(/#$/, '>')

const answers = (answered: (refusal?: string) => void): Sink => {
  let rest = ''
  return (bytes, end) => {
    const lines = (rest + Buffer.from(bytes.subarray(0, end)).toString('latin1')).split('\r\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line === 'PONG') answered()
      else if (line.startsWith('-ERR')) answered(line)
    }
  }
}

/**
 * NATS's own protocol. `PING` behind a command asks for an answer to it.
 *
 * Source: https://docs.nats.io/reference/reference-protocols/nats-protocol
 */
export const nats: Dialect = {
  hello: () => Buffer.from('CONNECT {"verbose":false,"pedantic":false}\r\nPING\r\n'),
  // An identifier that is in use already would make the server ignore the subscription.
  subscribe: (filters, _qos, earlier) =>
    Buffer.from(`${filters.map((filter, n) => `SUB ${subject(filter)} ${earlier + n}\r\n`).join('')}PING\r\n`),
  publish: ({ topic, payload }) =>
    Buffer.concat([Buffer.from(`PUB ${subject(topic)} ${payload.length}\r\n`), payload, Buffer.from('\r\n')]),
  goodbye: () => new Uint8Array(0),
  counter: () => new NatsCounter(),
  answers,
}
