import { systemClock } from '@daakia/protocol'
import { type Authenticator, createServer, type Log, silentLog } from '@daakia/server'
import { Authenticators } from '../config/authenticators.js'
import { isFields } from '../config/objects.js'
import type { DaakiaConfig } from '../config/schema.js'
import { serverOptionsOf } from '../config/server-options.js'

/** What would run, as JSON, without secrets. @throws ConfigError, OptionsError */
export const checkConfig = async (config: DaakiaConfig): Promise<string> => {
  const options = await serverOptionsOf(config, { log: silentLog, authenticators: new Authenticators() })
  createServer(options)
  for (const way of options.authentication ?? []) if (typeof way !== 'function') await tryOut(way, silentLog)
  return `${JSON.stringify(config, shown, 2)}\n`
}

const tryOut = async (authenticator: Authenticator, log: Log): Promise<void> => {
  try {
    await authenticator.start?.({ clock: systemClock, log })
  } finally {
    authenticator.close?.()
  }
}

const secretFields = new Set(['secret', 'metricsToken', 'headers'])

const shown = (name: string, value: unknown): unknown => {
  if (secretFields.has(name)) return '(secret)'
  if (value === Number.POSITIVE_INFINITY) return 'unlimited'
  if (typeof value === 'function') return '(function)'
  if (typeof value === 'string') return value.replace(/(:\/\/[^/@]*:)[^/@]*@/, '$1(secret)@')
  return typeof value !== 'object' || isFields(value) || Array.isArray(value) ? value : '(code)'
}
