import type { ServerOptions } from '@daakia/server'

/** What holds for the server of any scene. */
export const serverTerms = {
  dev: true,
  sysIntervalSeconds: 0,
  // What fails is tried again at once: no test has to let time pass for it.
  retries: { firstMs: 0 },
  // Who has nothing to say in virtual time is not gone.
  limits: { keepAliveSeconds: 0 },
} as const satisfies Partial<ServerOptions>
