import { createHash, randomBytes } from 'node:crypto'
import type { RoutedMessage } from '../../broker/port.js'
import type { SessionName } from '../../identity.js'
import { under } from '../../kv/keys.js'
import type { SharedKeyValue, Transaction } from '../../kv/port.js'
import { packValue } from '../../kv/values.js'
import { queueings, queueingsDone, sessionKey } from './tables.js'

/** A packet identifier of a publisher, as long as its message is not in all queues. */
export interface QueueingRecord {
  token: string
  /** Of the message: a publisher that was refused may use the identifier for another one. */
  digest: string
}

export interface Received {
  session: SessionName
  packetId: number
}

/**
 * Puts a QoS 2 message into queues of several partitions once, also where the node dies in between and the publisher sends it again:
 * it is named with the publisher, before it goes into any queue, and each partition notes that it has it by that name.
 */
export class SureQueueing {
  #process: string | undefined
  #count = 0

  /**
   * @param inOthers puts it into the queues of these partitions; in one that has it already it is not called
   * @param atHome does the rest, in one transaction with the note that it is in all queues
   */
  async run<T>(
    { session, packetId }: Received,
    message: RoutedMessage,
    {
      home,
      others,
      inOthers,
      atHome,
    }: {
      home: SharedKeyValue
      others: readonly SharedKeyValue[]
      inOthers(tx: Transaction, partition: SharedKeyValue): T
      atHome(tx: Transaction): T
    },
  ): Promise<T[]> {
    const key = [...sessionKey(session), packetId]
    this.#process ??= randomBytes(9).toString('base64url')
    const named = { token: `${this.#process}${++this.#count}`, digest: digestOf(message) }
    const { token } = await home.write((tx) => {
      const known = tx.get(queueings, key)
      if (known?.digest === named.digest) return known
      tx.put(queueings, key, named)
      return named
    })
    const done = others.map((partition) => partition.write((tx) => once(tx, token, () => inOthers(tx, partition))))
    const answers = await Promise.all(done)
    const last = await home.write((tx) => {
      tx.remove(queueings, key)
      return atHome(tx)
    })
    // Where this fails, a name is left that nobody will ask for.
    for (const partition of others) partition.write((tx) => tx.remove(queueingsDone, [token])).catch(() => {})
    return [...answers.flatMap((answer) => answer ?? []), last]
  }
}

/** What becomes of a session ends what was being put into queues for it. */
export const forgetQueueings = (tx: Transaction, session: SessionName): void => {
  for (const { key } of [...tx.range(queueings, under(...sessionKey(session)))]) tx.remove(queueings, key)
}

const once = <T>(tx: Transaction, token: string, work: () => T): [T] | undefined => {
  if (tx.get(queueingsDone, [token])) return undefined
  tx.put(queueingsDone, [token], true)
  return [work()]
}

const digestOf = ({ topic, payload, qos, retain, properties }: RoutedMessage): string =>
  createHash('sha1')
    .update(packValue([topic, payload, qos, retain, properties]))
    .digest('base64')
