import { defaultServerLimits, type ServerLimits } from '@daakia/server'
import { z } from 'zod'
import { code, group } from './fields.js'

type Scoped = Pick<ServerLimits, 'perConnection' | 'perClient' | 'perVendor'>

/** Numbers, each of which may be left out or lifted. */
type Lifted<T> = { [Name in keyof T]?: T[Name] extends number ? number | 'unlimited' : Lifted<T[Name]> }

export type LimitsConfig = Lifted<Omit<ServerLimits, 'vendors'>> & { vendors?: Record<string, Lifted<Scoped>> }

const limit = (example: number) =>
  code<number | 'unlimited'>(
    (value) => value === 'unlimited' || (typeof value === 'number' && !Number.isNaN(value)),
    `must be a number, such as ${Number.isFinite(example) ? example : 1_000}, or "unlimited"`,
  )

/** A group with the fields that the server has. */
const groupLike = (defaults: object): z.ZodObject =>
  group(Object.fromEntries(Object.entries(defaults).map(([name, value]) => [name, fieldLike(name, value).optional()])))

const fieldLike = (name: string, value: unknown): z.ZodType => {
  if (name === 'vendors') return z.record(z.string(), groupLike(scoped))
  return typeof value === 'number' ? limit(value) : groupLike(value as object)
}

const { perConnection, perClient, perVendor } = defaultServerLimits
const scoped = { perConnection, perClient, perVendor }

/** What clients may take of the server, as `ServerLimits` of @daakia/server tells. */
export const Limits = groupLike(defaultServerLimits) as z.ZodObject as unknown as z.ZodType<LimitsConfig, LimitsConfig>
