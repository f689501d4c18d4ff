import type { $ZodChecks, $ZodType } from 'zod/v4/core'
import type { NumberLimits } from './number.js'

type Check = $ZodChecks['_zod']['def']

/** The checks of a schema; one with a format, such as `z.int()`, is its own first check. */
function checksOf(schema: $ZodType): readonly Check[] {
  const { def } = schema._zod
  const own = 'check' in def ? [def as unknown as Check] : []
  return [...own, ...(def.checks ?? []).map((check) => check._zod.def as Check)]
}

/** What numbers a schema takes. */
export function limitsOf(schema: $ZodType): NumberLimits {
  const checks = checksOf(schema)
  const whole = checks.some((check) => check.check === 'number_format' && check.format.includes('int'))
  const limits: NumberLimits = { whole }
  for (const check of checks) {
    if (check.check === 'greater_than') narrow(limits, lower(Number(check.value), check.inclusive, whole), Math.max)
    if (check.check === 'less_than') narrow(limits, upper(Number(check.value), check.inclusive, whole), Math.min)
  }
  return limits
}

type Limits = Omit<NumberLimits, 'whole'>

/** Whole numbers above 0 are those from 1. */
const lower = (value: number, inclusive: boolean, whole: boolean): Limits =>
  inclusive ? { least: value } : whole ? { least: Math.floor(value) + 1 } : { above: value }

const upper = (value: number, inclusive: boolean, whole: boolean): Limits =>
  inclusive ? { most: value } : whole ? { most: Math.ceil(value) - 1 } : { below: value }

/** The narrowest limit of each kind holds. */
function narrow(limits: NumberLimits, more: Limits, narrower: (one: number, other: number) => number): void {
  for (const [name, limit] of Object.entries(more) as [keyof Limits, number][])
    limits[name] = narrower(limits[name] ?? limit, limit)
}

/** What texts a schema takes. */
export interface TextBounds {
  format: string | undefined
  /** Of a date and time: without its offset from UTC as well. */
  local: boolean
  /** Characters. */
  least?: number
  most?: number
}

export function boundsOf(schema: $ZodType): TextBounds {
  const bounds: TextBounds = { format: undefined, local: false }
  for (const check of checksOf(schema)) {
    if (check.check === 'min_length') bounds.least = Math.max(bounds.least ?? 0, check.minimum)
    if (check.check === 'max_length') bounds.most = Math.min(bounds.most ?? Number.POSITIVE_INFINITY, check.maximum)
    if (check.check === 'length_equals') Object.assign(bounds, { least: check.length, most: check.length })
    if (check.check === 'string_format') {
      bounds.format ??= check.format
      bounds.local ||= 'local' in check && check.local === true
    }
  }
  return bounds
}
