import type { RetentionTerms } from '@daakia/server'
import { z } from 'zod'
import { code, group, isWhole, type ShapeOf } from './fields.js'
import { word } from './unlimited.js'

/** What a conversation keeps, each of which may be left out, or lifted with `unlimited`. */
type Terms = { [Name in keyof RetentionTerms]?: number | 'unlimited' }

/** What journals keep. */
export interface RetentionConfig extends Terms {
  /** What differs for the conversations of some vendors, by the vendor's name. */
  vendors?: Readonly<Record<string, Terms>>
}

const atMost = (example: number) =>
  code<number | 'unlimited'>(
    (value) => value === word || value === Number.POSITIVE_INFINITY || (isWhole(value) && value > 0),
    `must be a whole number, and more than 0, such as ${example}, or "${word}"`,
  )

const terms: ShapeOf<Terms> = {
  maximumAgeSeconds: atMost(2_592_000).optional(),
  maximumMessages: atMost(10_000).optional(),
}

export const Retention = group<RetentionConfig>({
  ...terms,
  vendors: z.record(z.string(), group<Terms>(terms)).optional(),
})
