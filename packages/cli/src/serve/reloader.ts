import type { Server } from '@daakia/server'
import type { Authenticators } from '../config/authenticators.js'
import { type Changes, changesBetween } from '../config/changes.js'
import type { DaakiaConfig } from '../config/daakia-config.js'
import { serverOptionsOf } from '../config/server-options.js'
import type { Settings } from '../config/settings.js'
import type { LevelledLog } from '../log/log.js'
import { refuseNobody } from './no-authentication.js'

export interface ReloaderOptions {
  server: Server
  /** What is to be used now. */
  read: () => Promise<Settings>
  log: LevelledLog
  authenticators: Authenticators
  /** What is used. */
  config: DaakiaConfig
  /** The server runs when this has resolved; nothing is read before. */
  after: Promise<unknown>
}

/** Has a server read its configuration anew, one time after the other; where that can't be, it goes on as it was. */
export const reloader = (options: ReloaderOptions): (() => void) => {
  const { log } = options
  let used = options.config
  let last: Promise<unknown> = options.after
  const reload = async () => {
    try {
      const changes = changesBetween(used, (await options.read()).config)
      refuseNobody(changes.config)
      await apply(changes.config, options)
      used = changes.config
      tell(changes, log)
    } catch (error) {
      log.error(
        { problem: error instanceof Error ? error.message : String(error) },
        'The configuration was not taken; the server goes on with the one it has',
      )
    }
  }
  return () => {
    last = last.then(reload, () => {})
  }
}

const apply = async (config: DaakiaConfig, { server, log, authenticators }: ReloaderOptions): Promise<void> => {
  const { dev = false } = config
  const { access, authentication, limits, retention, listen } = await serverOptionsOf(config, { log, authenticators })
  await server.reload({
    ...(!dev && authentication && { authentication }),
    // What was taken out of the configuration is again as it is without.
    access: access ?? (() => dev),
    limits: limits ?? {},
    retention: retention ?? {},
    origins: listen?.origins ?? (dev ? ['*'] : []),
  })
  log.setLevel(config.log?.level ?? 'info')
}

const tell = ({ taken, waiting }: Changes, log: LevelledLog): void => {
  log.info(
    { changed: taken.join(', ') || 'nothing' },
    'Read the configuration anew, with keys, certificates and password files',
  )
  if (waiting.length > 0) log.warn({ fields: waiting.join(', ') }, 'Some fields take a restart')
}
