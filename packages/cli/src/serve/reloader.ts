import type { Server } from '@daakia/server'
import type { Authenticators } from '../config/authenticators.js'
import { changesBetween } from '../config/changes.js'
import { serverOptionsOf } from '../config/server-options.js'
import type { Settings } from '../config/settings.js'
import type { LevelledLog } from '../log/log.js'

export interface ReloaderOptions {
  server: Server
  /** What is to be used now. */
  read: () => Promise<Settings>
  log: LevelledLog
  authenticators: Authenticators
  /** What is used. */
  settings: Settings
}

/** Has a server read its configuration anew, one time after the other; where that can't be, it goes on as it was. */
export const reloader = (options: ReloaderOptions): (() => void) => {
  const { log } = options
  let used = options.settings
  let last = Promise.resolve()
  const reload = async () => {
    try {
      const wanted = await options.read()
      await apply(wanted, options)
      tellChanges(used, wanted, log)
      used = wanted
    } catch (error) {
      log.error(
        { problem: messageOf(error) },
        'The configuration was not taken; the server goes on with the one it has',
      )
    }
  }
  return () => {
    last = last.then(reload)
  }
}

const apply = async ({ config }: Settings, { server, log, authenticators }: ReloaderOptions): Promise<void> => {
  const { access, authentication, limits, listen } = await serverOptionsOf(config, { log, authenticators })
  await server.reload({
    ...(!config.dev && authentication && { authentication }),
    ...(access && { access }),
    ...(limits && { limits }),
    origins: listen?.origins ?? [],
  })
  log.setLevel(config.log?.level ?? 'info')
}

const tellChanges = (before: Settings, after: Settings, log: LevelledLog): void => {
  const { taken, waiting } = changesBetween(before.config, after.config)
  log.info(
    { changed: taken.join(', ') || 'nothing' },
    'Read the configuration anew, with keys, certificates and password files',
  )
  if (waiting.length > 0) log.warn({ fields: waiting.join(', ') }, 'Some fields take a restart')
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
