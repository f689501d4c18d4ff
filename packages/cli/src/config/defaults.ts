import { defaultServerLimits, serverDefaults } from '@daakia/server'
import type { Fields } from './objects.js'
import { unlimited } from './unlimited.js'

const { vendors: _, ...retention } = serverDefaults.retention

/** What a configuration leaves out. `data` is in the folder of the configuration. */
export const defaults = {
  dev: false,
  data: '.daakia',
  listen: { host: serverDefaults.host },
  redisPrefix: 'daakia:',
  redisReplicas: 0,
  limits: unlimited.written(defaultServerLimits),
  retention: unlimited.written(retention),
  leases: serverDefaults.leases,
  retries: serverDefaults.retries,
  queues: serverDefaults.queues,
  drain: serverDefaults.drain,
  log: { level: 'info' },
  sysIntervalSeconds: serverDefaults.sysIntervalSeconds,
} as const satisfies Fields

/** Where the server listens when nothing is said about it: ports with TLS take the place of those without. */
export const defaultPorts = (hasTls: boolean): Fields =>
  hasTls ? { mqttsPort: 8883, httpsPort: 8443 } : { mqttPort: 1883, httpPort: 8080 }
