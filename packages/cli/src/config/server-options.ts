import { type ListenOptions, type Log, type Rule, rules, type ServerOptions } from '@daakia/server'
import type { Authenticators } from './authenticators.js'
import type { DaakiaConfig } from './schema.js'
import { withSecrets } from './secrets.js'
import { unlimited } from './unlimited.js'

/** Who makes what a configuration describes. */
export interface ServerParts {
  log: Log
  authenticators: Authenticators
}

/**
 * What the server takes of a configuration that was settled.
 *
 * @throws OptionsError; ConfigError where a secret can't be read
 */
export const serverOptionsOf = async (
  config: DaakiaConfig,
  { log, authenticators }: ServerParts,
): Promise<ServerOptions> => {
  const { dev, data, listen, authentication, access, limits, leases, sysIntervalSeconds } = await withSecrets(config)
  return given<ServerOptions>({
    dev,
    storage: { folder: data },
    listen: listenOptions(listen ?? {}),
    authentication: authenticators.of(authentication ?? []),
    access: Array.isArray(access) ? rules(access as readonly Rule[]) : access,
    limits: unlimited.read(limits ?? {}),
    leases,
    sysIntervalSeconds,
    log,
  })
}

/** A port of `false` is none. */
const listenOptions = (listen: NonNullable<DaakiaConfig['listen']>): ListenOptions =>
  Object.fromEntries(Object.entries(listen).filter(([, value]) => value !== false)) as ListenOptions

const given = <Options>(options: object): Options =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Options
