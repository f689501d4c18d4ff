import { OptionsError } from '../../../errors.js'
import { httpUrl } from '../http-url.js'

export interface WebhookOptions {
  url: string
  /** As long the hook may take to answer; 2,000 where it is absent. */
  timeoutMs?: number
  /** As long an "allow" is remembered for the same question; 0, not at all, where it is absent. */
  cacheSeconds?: number
  /** As long a "deny" or an "ignore" is; 0 where it is absent. */
  denyCacheSeconds?: number
  /** Sent with each question, such as `authorization`. */
  headers?: Readonly<Record<string, string>>
  /** Signs each question: `daakia-signature: t=<milliseconds>,v1=<HMAC-SHA256 of "<t>.<body>" in hex>`. */
  secret?: string
  /** Authentication Methods (MQTT 5, 4.12) whose data the hook can check in one step. */
  methods?: readonly string[]
  /** Questions at one time; 32 where it is absent. Of more, thirty times as many wait in turn. */
  questionsAtOnce?: number
}

const defaults = {
  timeoutMs: 2_000,
  cacheSeconds: 0,
  denyCacheSeconds: 0,
  headers: {},
  methods: [] as readonly string[],
  questionsAtOnce: 32,
}

/** Options that were checked, with what was left out. */
export interface WebhookSettings extends Required<Omit<WebhookOptions, 'url' | 'secret'>> {
  url: URL
  secret?: string
}

/** @throws OptionsError */
export const settleWebhook = (options: WebhookOptions): WebhookSettings => {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as WebhookOptions
  const settings = { ...defaults, ...given, url: httpUrl('webhook.url', options.url) }
  checkNumbers(settings)
  checkHeaders(settings.headers)
  if (settings.secret === '') throw new OptionsError('webhook.secret', 'webhook.secret must not be empty')
  return settings
}

/** What is wrong with one would be told with its value, which may be a secret. */
const checkHeaders = (headers: Readonly<Record<string, string>>): void => {
  for (const [name, value] of Object.entries(headers))
    if (!isHeader(name, value))
      throw new OptionsError(`webhook.headers.${name}`, `webhook.headers.${name} can't be sent as a header of HTTP`)
}

const isHeader = (name: string, value: string): boolean => {
  try {
    return new Headers({ [name]: value }).has(name)
  } catch {
    return false
  }
}

const checkNumbers = (settings: WebhookSettings): void => {
  for (const name of ['timeoutMs', 'questionsAtOnce'] as const)
    if (!(settings[name] >= 1)) throw new OptionsError(`webhook.${name}`, `webhook.${name} must be 1 or more`)
  for (const name of ['cacheSeconds', 'denyCacheSeconds'] as const)
    if (!(settings[name] >= 0)) throw new OptionsError(`webhook.${name}`, `webhook.${name} must not be negative`)
}
