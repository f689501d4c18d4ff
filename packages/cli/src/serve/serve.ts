import { createServer, type Server } from '@daakia/server'
import { type Io, processIo, type Status, type StopSignal } from '../io.js'
import { announce } from './announce.js'
import { explain } from './explain.js'

export interface ServeOptions {
  /** Lets clients of this machine in without a password; the MQTT user name is the client. */
  dev: boolean
  /** 0 takes a free one. */
  mqttPort: number
  /** WebSocket at `/mqtt`, and `/healthz`. 0 takes a free one. */
  httpPort: number
  host: string
  /** The folder of the store. */
  data: string
}

export const defaultServeOptions: ServeOptions = {
  dev: false,
  mqttPort: 1883,
  httpPort: 8080,
  host: '127.0.0.1',
  data: '.daakia',
}

const noAuthentication = `Without --dev nobody could connect: this command knows no other authentication yet.
With --dev, clients on this machine get in without a password, and the MQTT user name is the client.
To check passwords or tokens, call createServer({ authentication }) of @daakia/server.
`

/**
 * Runs a server until the process is asked to stop: the first signal stops it cleanly, a second one at once.
 *
 * @returns 0 after a clean stop; 1 where it could not start, which is told on `io.errors`; 128 and the signal's number
 * after a second signal
 */
export const serve = async (options: Partial<ServeOptions>, io: Io = processIo): Promise<Status> => {
  const settings = { ...defaultServeOptions, ...options }
  if (!settings.dev) {
    io.errors.write(noAuthentication)
    return 1
  }
  let server: Server | undefined
  try {
    server = createServer(serverOptions(settings))
    const ports = await server.start()
    io.output.write(announce(settings, ports))
  } catch (error) {
    io.errors.write(`${explain(error, settings)}\n`)
    await server?.close()
    return 1
  }
  return untilStopped(server, io)
}

const serverOptions = ({ dev, host, mqttPort, httpPort, data }: ServeOptions) => ({
  dev,
  storage: { folder: data },
  listen: { host, mqttPort, httpPort },
})

const numbers = { SIGINT: 2, SIGTERM: 15 } as const

const untilStopped = (server: Server, io: Io): Promise<Status> =>
  new Promise((resolve, reject) => {
    const forced = (signal: StopSignal) => resolve(128 + numbers[signal])
    const stop = () => {
      io.errors.write('Stopping.\n')
      takeAway()
      const takeForcedAway = io.onSignal(forced)
      server
        .close()
        .then(() => resolve(0), reject)
        .finally(takeForcedAway)
    }
    const takeAway = io.onSignal(stop)
  })
