import { boundedName } from '../kv/bounded-name.js'
import { type Key, type Table, type Transaction, table } from '../kv/port.js'
import type { RoutedMessage } from './port.js'

/** [due, vendor, topic] of retained messages whose life has an end. */
export const expiries = table<true>('retained expiries')

/** As many are removed with one message that is kept, so that none has to wait for long. */
const removedAtOnce = 100

export const noteExpiry = (tx: Transaction, message: RoutedMessage): void => {
  const key = expiryKey(message)
  if (key) tx.put(expiries, key, true)
}

export const forgetExpiry = (tx: Transaction, message: RoutedMessage): void => {
  const key = expiryKey(message)
  if (key) tx.remove(expiries, key)
}

/** Removes messages whose life is over by now, the oldest first, and answers them. */
export const removeExpired = (tx: Transaction, retained: Table<RoutedMessage>, now: number): RoutedMessage[] => {
  const due = [...tx.range(expiries, { from: [0], to: [now + 1], limit: removedAtOnce })]
  return due.flatMap(({ key }) => {
    const [, ...name] = key
    const message = tx.get(retained, name)
    tx.remove(expiries, key)
    tx.remove(retained, name)
    return message ?? []
  })
}

export const isAlive = (message: RoutedMessage, now: number): boolean =>
  now < (dueOf(message) ?? Number.POSITIVE_INFINITY)

const dueOf = ({ at, properties }: RoutedMessage): number | undefined =>
  properties?.messageExpiryInterval === undefined ? undefined : at + properties.messageExpiryInterval * 1000

export const expiryKey = (message: RoutedMessage): Key | undefined => {
  const due = dueOf(message)
  return due === undefined ? undefined : [due, message.vendor, boundedName(message.topic)]
}
