import { createServer, type Server } from '@daakia/server'
import { Authenticators } from '../config/authenticators.js'
import type { DaakiaConfig } from '../config/daakia-config.js'
import { serverOptionsOf } from '../config/server-options.js'
import { readSettings, type Settings } from '../config/settings.js'
import { type Io, processIo, type Status } from '../io.js'
import { openLog } from '../log/log.js'
import { announce } from './announce.js'
import { checkConfig } from './check-config.js'
import { explain } from './explain.js'
import { refuseNobody } from './no-authentication.js'
import { reloader } from './reloader.js'
import { untilStopped } from './until-stopped.js'

export interface ServeOptions {
  /** The configuration file; by default `daakia.config.ts`, `.js`, `.mjs` or `.json` of the folder. */
  configFile?: string
  /** Goes before what the environment and the file say. */
  flags?: DaakiaConfig
  /** Only says what would run. */
  checkConfig?: boolean
}

/**
 * Runs a server until the process is asked to stop: the first signal stops it cleanly, a second one at once. SIGHUP
 * has it read its configuration anew.
 *
 * @returns 0 after a clean stop, or for a configuration that is good; 1 where it could not start, which is told on
 * `io.errors`; 128 and the signal's number after a second signal
 */
export const serve = async (options: ServeOptions, io: Io = processIo): Promise<Status> => {
  const read = () => readSettings({ ...options, environment: io.environment, folder: io.folder })
  let settings: Settings | undefined
  try {
    settings = await read()
    refuseNobody(settings.config)
    if (options.checkConfig) return await tellGood(settings, io)
    return await run(settings, read, io)
  } catch (error) {
    io.errors.write(`${explain(error, settings?.config ?? {})}\n`)
    return 1
  }
}

const tellGood = async ({ config, file }: Settings, io: Io): Promise<Status> => {
  io.output.write(await checkConfig(config))
  io.errors.write(`This would run${file ? `, by ${file}` : ''}.\n`)
  return 0
}

const run = async (settings: Settings, read: () => Promise<Settings>, io: Io): Promise<Status> => {
  const log = openLog(settings.config.log ?? {}, io)
  const authenticators = new Authenticators()
  const server = createServer(await serverOptionsOf(settings.config, { log, authenticators }))
  const starting = started(server)
  // Without a listener SIGHUP would end the process, also while it starts.
  const reload = reloader({ server, read, log, authenticators, config: settings.config, after: starting })
  const takeReloadAway = io.onReload(reload)
  try {
    const ports = await starting
    const leave = () => {
      log.info({}, 'Stopping')
      return server.drain()
    }
    const stopped = untilStopped(leave, io)
    io.output.write(announce(settings.config, ports))
    return await stopped
  } finally {
    takeReloadAway()
  }
}

const started = async (server: Server) => {
  try {
    return await server.start()
  } catch (error) {
    await server.close()
    throw error
  }
}
