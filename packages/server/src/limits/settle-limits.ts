import { OptionsError } from '../errors.js'
import type { VendorLimits } from './account-limits.js'
import type { PacketLimits } from './port.js'
import { defaultServerLimits, type ServerLimits, type ServerLimitsOptions } from './server-limits.js'

const scopes = ['perConnection', 'perClient', 'perVendor'] as const

const ofPackets = [
  'packetSizeBytes',
  'topicLevels',
  'topicBytes',
  'userProperties',
] as const satisfies readonly (keyof PacketLimits)[]

const ofVendors = [...scopes, ...ofPackets]

const highestReceiveMaximum = 65_535

/** The limits with what was left out. @throws OptionsError */
export const settleLimits = (options: ServerLimitsOptions = {}): ServerLimits => {
  const limits: ServerLimits = { ...defaultServerLimits, ...given(options), ...scopedOf(options) }
  const { perConnection, perClient, perVendor, vendors, ...flat } = limits
  checkFlat('limits', flat)
  checkScopes('limits', { perConnection, perClient, perVendor })
  for (const [vendor, differing] of Object.entries(vendors)) checkVendor(`limits.vendors.${vendor}`, differing)
  if (limits.receiveMaximum < 1 || limits.receiveMaximum > highestReceiveMaximum)
    throw new OptionsError('limits.receiveMaximum', `limits.receiveMaximum must be from 1 to ${highestReceiveMaximum}`)
  return limits
}

/** An option that is there and `undefined` is left out. */
const given = <T extends object>(options: T | undefined): Partial<T> =>
  Object.fromEntries(Object.entries(options ?? {}).filter(([, value]) => value !== undefined)) as Partial<T>

const scopedOf = ({ perConnection, perClient, perVendor }: ServerLimitsOptions) => ({
  perConnection: { ...defaultServerLimits.perConnection, ...given(perConnection) },
  perClient: { ...defaultServerLimits.perClient, ...given(perClient) },
  perVendor: { ...defaultServerLimits.perVendor, ...given(perVendor) },
})

const checkVendor = (path: string, differing: VendorLimits): void => {
  for (const name of Object.keys(differing))
    if (!ofVendors.some((each) => each === name))
      throw new OptionsError(`${path}.${name}`, `${path}.${name} is no limit: give ${ofVendors.join(', ')}`)
  const { perConnection: _, perClient: __, perVendor: ___, ...packets } = differing
  checkFlat(path, packets)
  checkScopes(path, differing)
}

const checkScopes = (path: string, limits: VendorLimits): void => {
  for (const scope of scopes) {
    checkKnown(`${path}.${scope}`, limits[scope] ?? {}, defaultServerLimits[scope])
    checkAll(`${path}.${scope}`, limits[scope] ?? {})
  }
}

const checkKnown = (path: string, limits: object, known: object): void => {
  for (const name of Object.keys(limits))
    if (!Object.hasOwn(known, name))
      throw new OptionsError(`${path}.${name}`, `${path}.${name} is no limit: give ${Object.keys(known).join(', ')}`)
}

const checkAll = (path: string, limits: object): void => {
  for (const [name, limit] of Object.entries(limits) as [string, unknown][])
    if (limit !== Number.POSITIVE_INFINITY) checkWhole(`${path}.${name}`, limit, ', or Infinity for no limit')
}

/** Among them are times and sizes that are told to clients: none of them may be infinite. */
const checkFlat = (path: string, limits: object): void => {
  for (const [name, limit] of Object.entries(limits) as [string, unknown][]) checkWhole(`${path}.${name}`, limit, '')
}

const checkWhole = (path: string, limit: unknown, or: string): void => {
  if (!Number.isSafeInteger(limit) || (limit as number) < 0)
    throw new OptionsError(path, `${path} must be a whole number, and not negative${or}`)
}
