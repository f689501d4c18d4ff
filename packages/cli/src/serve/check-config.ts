import { checkOptions, silentLog } from '@daakia/server'
import { Authenticators } from '../config/authenticators.js'
import type { DaakiaConfig } from '../config/daakia-config.js'
import { isFields } from '../config/objects.js'
import { ConfigError } from '../config/problems.js'
import { serverOptionsOf } from '../config/server-options.js'
import { withoutPassword } from '../config/without-password.js'
import { explain } from './explain.js'

/** What would run, as JSON, without secrets. @throws ConfigError with all that keeps it from running */
export const checkConfig = async (config: DaakiaConfig): Promise<string> => {
  const options = await serverOptionsOf(config, { log: silentLog, authenticators: new Authenticators() })
  const problems = await checkOptions(options)
  if (problems.length > 0) throw new ConfigError(problems.map((problem) => explain(problem, config)))
  return `${JSON.stringify(config, shown, 2)}\n`
}

const secretFields = new Set(['secret', 'metricsToken', 'headers'])

const shown = (name: string, value: unknown): unknown => {
  if (secretFields.has(name)) return '(secret)'
  if (name === 'redis' && typeof value === 'string') return withoutPassword(value)
  if (value === Number.POSITIVE_INFINITY) return 'unlimited'
  if (typeof value === 'function') return '(function)'
  return typeof value !== 'object' || isFields(value) || Array.isArray(value) ? value : '(code)'
}
