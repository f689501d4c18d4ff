import type { ConversationRetention } from '@daakia/protocol'
import { OptionsError } from '../../errors.js'

/** What a conversation keeps at most. `Infinity`: all. */
export interface RetentionTerms {
  /** Messages that are older are removed. */
  maximumAgeSeconds: number
  /** So many of the newest are kept. */
  maximumMessages: number
}

export interface RetentionSettings extends RetentionTerms {
  /** By vendor: what differs for its conversations. */
  vendors: Readonly<Record<string, Partial<RetentionTerms>>>
}

/** What differs from the default, which is to keep everything. */
export interface RetentionOptions extends Partial<RetentionSettings> {}

export const defaultRetention = {
  maximumAgeSeconds: Number.POSITIVE_INFINITY,
  maximumMessages: Number.POSITIVE_INFINITY,
  vendors: {},
} satisfies RetentionSettings

const names = ['maximumAgeSeconds', 'maximumMessages'] as const

/** The settings with what was left out. @throws OptionsError */
export const settleRetention = ({ vendors = {}, ...terms }: RetentionOptions = {}): RetentionSettings => {
  checkTerms('retention', terms)
  for (const [vendor, differing] of Object.entries(vendors)) checkTerms(`retention.vendors.${vendor}`, differing)
  return { ...defaultRetention, ...given(terms), vendors }
}

const given = <T extends object>(options: T): Partial<T> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>

const checkTerms = (path: string, terms: object): void => {
  for (const [name, value] of Object.entries(terms) as [string, unknown][]) {
    if (!names.some((each) => each === name))
      throw new OptionsError(`${path}.${name}`, `${path}.${name} is no term: give ${names.join(', ')}`)
    if (value !== undefined && !isTerm(value))
      throw new OptionsError(
        `${path}.${name}`,
        `${path}.${name} must be a whole number, and more than 0, or Infinity to keep everything`,
      )
  }
}

const isTerm = (value: unknown): boolean =>
  value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && (value as number) > 0)

/** The terms of a vendor's conversations. */
export const vendorTerms = ({ vendors, ...terms }: RetentionSettings, vendor: string): RetentionTerms => ({
  ...terms,
  ...(Object.hasOwn(vendors, vendor) && given(vendors[vendor] ?? {})),
})

/** The stricter of both: a conversation keeps less than its vendor's do, and never more. */
export const stricter = (terms: RetentionTerms, own: ConversationRetention = {}): RetentionTerms => ({
  maximumAgeSeconds: Math.min(terms.maximumAgeSeconds, own.maximumAgeSeconds ?? Number.POSITIVE_INFINITY),
  maximumMessages: Math.min(terms.maximumMessages, own.maximumMessages ?? Number.POSITIVE_INFINITY),
})

export const isLimited = ({ maximumAgeSeconds, maximumMessages }: RetentionTerms): boolean =>
  Math.min(maximumAgeSeconds, maximumMessages) < Number.POSITIVE_INFINITY

/** Whether what is said makes something else go. */
export const isCounted = ({ maximumMessages }: RetentionTerms): boolean => maximumMessages < Number.POSITIVE_INFINITY

/** Whether there is any vendor whose conversations do not keep everything. */
export const limitsAny = (settings: RetentionSettings): boolean =>
  isLimited(settings) || Object.keys(settings.vendors).some((vendor) => isLimited(vendorTerms(settings, vendor)))
