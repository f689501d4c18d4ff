import { isClientId } from '@daakia/protocol'
import type { Admitted } from '../authenticator.js'

/** What a hook says of a client. */
export type HookAnswer = ({ result: 'allow' } & Admitted) | { result: 'deny'; reason?: string } | { result: 'ignore' }

/** What the hook has sent is no answer. */
export class WrongAnswer extends Error {
  override readonly name = 'WrongAnswer'
}

/**
 * Reads what the hook has sent. A field that it does not know is refused as well: it may have been meant to restrict.
 *
 * @throws WrongAnswer
 */
export const parseAnswer = (json: unknown): HookAnswer => {
  if (typeof json !== 'object' || json === null) throw new WrongAnswer('it is no object')
  const { result, ...fields } = json as Record<string, unknown>
  if (result === 'allow') return allowed(fields)
  if (result === 'deny') return denied(fields)
  if (result !== 'ignore') throw new WrongAnswer('result is none of "allow", "deny" and "ignore"')
  allow(fields, [])
  return { result }
}

const allowed = (fields: Record<string, unknown>): HookAnswer => {
  allow(fields, ['vendor', 'client', 'role', 'expiresAt'])
  const { vendor, client, role, expiresAt } = fields
  if (!isName(vendor)) throw new WrongAnswer('vendor is not 1 to 128 of A-Z a-z 0-9 . _ @ -')
  if (!isName(client)) throw new WrongAnswer('client is not 1 to 128 of A-Z a-z 0-9 . _ @ -')
  if (!isRole(role)) throw new WrongAnswer('role is neither absent nor "vendor"')
  if (expiresAt !== undefined && !isTime(expiresAt)) throw new WrongAnswer('expiresAt is no number of milliseconds')
  const identity = { vendor, client, ...(role !== undefined && { role }) }
  return { result: 'allow', identity, ...(expiresAt !== undefined && { expiresAt }) }
}

const denied = (fields: Record<string, unknown>): HookAnswer => {
  allow(fields, ['reason'])
  const { reason } = fields
  if (reason === undefined) return { result: 'deny' }
  if (!isSayable(reason)) throw new WrongAnswer('reason is no text of at most 256 characters')
  return { result: 'deny', reason }
}

const allow = (fields: Record<string, unknown>, known: readonly string[]): void => {
  const unknown = Object.keys(fields).find((field) => !known.includes(field))
  if (unknown !== undefined) throw new WrongAnswer('it has a field that is not known here')
}

const isName = (value: unknown): value is string => typeof value === 'string' && isClientId(value)

const isRole = (value: unknown): value is 'vendor' | undefined => value === undefined || value === 'vendor'

const isTime = (value: unknown): value is number => typeof value === 'number' && value >= 0

/** MQTT carries no control characters and no halves of characters in a reason string [MQTT-1.5.4-1], [MQTT-1.5.4-2]. */
const isSayable = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= 256 && !/[\p{Cc}\p{Cs}]/u.test(value)
