import { defaultServerLimits, type ServerLimits } from '@daakia/server'
import { z } from 'zod'
import { code, group, isWhole, type ShapeOf, whole } from './fields.js'
import { word } from './unlimited.js'

type Scopes = Pick<ServerLimits, 'perConnection' | 'perClient' | 'perVendor'>

/** Numbers that may be left out. */
type Flat = Partial<Omit<ServerLimits, keyof Scopes | 'vendors'>>

/** Numbers, each of which may be left out, or lifted with `unlimited`. */
type Lifted = { [Scope in keyof Scopes]?: { [Name in keyof Scopes[Scope]]?: number | 'unlimited' } }

/** What clients may take of the server. A scope's limits hold for each connection, client or vendor. */
export interface LimitsConfig extends Flat, Lifted {
  /** What differs for some vendors, by the vendor's name. */
  vendors?: Readonly<Record<string, Lifted & PacketLimits>>
}

const { perConnection, perClient, perVendor, vendors: _vendors, ...flat } = defaultServerLimits
const { packetSizeBytes, topicLevels, topicBytes, userProperties } = flat
const packets = { packetSizeBytes, topicLevels, topicBytes, userProperties }

/** What one packet may be, which may differ for a vendor. */
type PacketLimits = Partial<typeof packets>

/** The fields are those that the server has a default for: all of them. */
const groupLike = <T extends object>(defaults: object, schemaOf: (example: number) => z.ZodType): z.ZodType<T, T> =>
  group<T>(shapeLike(defaults, schemaOf) as ShapeOf<T>)

const shapeLike = (defaults: object, schemaOf: (example: number) => z.ZodType) =>
  Object.fromEntries(Object.entries(defaults).map(([name, value]) => [name, schemaOf(value).optional()]))

const liftable = (example: number) =>
  code<number | 'unlimited'>(
    (value) => value === word || value === Number.POSITIVE_INFINITY || isWhole(value),
    `must be a whole number, and not negative, such as ${Number.isFinite(example) ? example : 1_000}, or "${word}"`,
  )

const scopes: ShapeOf<Lifted> = {
  perConnection: groupLike<NonNullable<Lifted['perConnection']>>(perConnection, liftable).optional(),
  perClient: groupLike<NonNullable<Lifted['perClient']>>(perClient, liftable).optional(),
  perVendor: groupLike<NonNullable<Lifted['perVendor']>>(perVendor, liftable).optional(),
}

const ofVendors = { ...scopes, ...shapeLike(packets, whole) } as ShapeOf<Lifted & PacketLimits>

export const Limits = group<LimitsConfig>({
  ...(shapeLike(flat, whole) as ShapeOf<Flat>),
  ...scopes,
  vendors: z.record(z.string(), group<Lifted & PacketLimits>(ofVendors)).optional(),
})
