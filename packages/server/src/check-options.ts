import type { AuthenticationWay } from './connection-manager/index.js'
import { readCertificateFiles } from './connection-manager/listeners/certificate-files.js'
import { silentLog } from './log.js'
import { type ServerOptions, serverDefaults, settle } from './options.js'

/**
 * All that keeps a server from starting with these options, as far as that can be told without its folder and its
 * ports: options that don't go together, and certificates, keys and password files that can't be used.
 */
export const checkOptions = async (options: ServerOptions): Promise<Error[]> => {
  const tls = options.listen?.tls
  const checks = [
    ...settling(options),
    ...(tls ? [() => readCertificateFiles(tls)] : []),
    ...(options.authentication ?? []).map((way) => () => tryOut(way, options)),
  ]
  const problems: Error[] = []
  for (const check of checks)
    try {
      await check()
    } catch (error) {
      problems.push(error instanceof Error ? error : new Error(String(error)))
    }
  return problems
}

/** Options are settled one by one, so that a mistake in one does not hide those in others. */
const settling = ({ dev, authentication, ...others }: ServerOptions): (() => unknown)[] => {
  const one = (option: Partial<ServerOptions>) => () => settle({ storage: { folder: '.' }, dev: true, ...option })
  const known = { dev: dev ?? false, ...(authentication && { authentication }) }
  return [one(known), ...Object.entries(others).map(([name, value]) => one({ [name]: value }))]
}

const tryOut = async (way: AuthenticationWay, { clock = serverDefaults.clock }: ServerOptions): Promise<void> => {
  if (typeof way === 'function') return
  try {
    await way.start?.({ clock, log: silentLog })
  } finally {
    way.close?.()
  }
}
