import { compose, type House } from './compose.js'
import type { ByteStream } from './connection-manager/index.js'
import { listenHttp, listenTcp, streamPair } from './connection-manager/index.js'
import { openLmdb } from './kv/lmdb.js'
import type { KeyValue } from './kv/port.js'
import { type ServerOptions, type ServerSettings, settle } from './options.js'

/** Where a server listens. */
export interface Ports {
  mqttPort?: number
  httpPort?: number
}

export interface Server {
  /**
   * Opens the storage, and then the doors.
   *
   * @throws StorageError where the folder is in use, is not writable, or was written by a newer version; the system's
   * error where a port is taken. Nothing stays open then.
   */
  start(): Promise<Ports>
  /** Speaks MQTT on a stream until one of the two closes it. A server that does not run closes it at once. */
  accept(stream: ByteStream): void
  /** A stream to the server in this process: the client's end. */
  connect(): ByteStream
  /**
   * Resolves when the server rests: no turn is open, nothing waits for a bot that is connected and has room, and every
   * session was sent what its subscriptions under `daak/` hold for it.
   */
  rest(): Promise<void>
  /** Says goodbye to all clients, and resolves when everything is on disk and the folder is free. */
  close(): Promise<void>
}

/**
 * Makes a server; it does nothing until it is started.
 *
 * ```ts
 * const server = createServer({ storage: { folder: '.daakia' }, dev: true, listen: { mqttPort: 1883 } })
 * await server.start()
 * ```
 *
 * @throws OptionsError
 */
export const createServer = (options: ServerOptions): Server => new ComposedServer(settle(options))

/** What is open while a server runs. */
interface Opened {
  house: House
  ports: Ports
  /** Closes everything, in the reverse order of its opening. */
  close(): Promise<void>
}

class ComposedServer implements Server {
  readonly #settings: ServerSettings
  #opening: Promise<Opened> | undefined
  #house: House | undefined

  constructor(settings: ServerSettings) {
    this.#settings = settings
  }

  async start(): Promise<Ports> {
    this.#opening ??= open(this.#settings)
    try {
      const { house, ports } = await this.#opening
      this.#house = house
      return ports
    } catch (error) {
      this.#opening = undefined
      throw error
    }
  }

  accept(stream: ByteStream): void {
    if (this.#house) this.#house.manager.accept(stream)
    else stream.destroy()
  }

  connect(): ByteStream {
    const [near, far] = streamPair()
    this.accept(far)
    return near
  }

  async rest(): Promise<void> {
    await this.#house?.activity.idle()
  }

  async close(): Promise<void> {
    const opened = await this.#opening?.catch(() => undefined)
    this.#opening = undefined
    this.#house = undefined
    await opened?.close()
  }
}

const open = async (settings: ServerSettings): Promise<Opened> => {
  const closers: Closers = []
  const close = async () => {
    for (let closer = closers.pop(); closer; closer = closers.pop()) await closer()
  }
  try {
    const kv = await openStorage(settings, closers)
    const house = await compose(kv, settings)
    closers.push(house.close)
    return { house, ports: await openDoors(settings, house, closers), close }
  } catch (error) {
    await close()
    throw error
  }
}

type Closers = (() => Promise<void>)[]

const openStorage = async ({ storage, clock }: ServerSettings, closers: Closers): Promise<KeyValue> => {
  if (!('folder' in storage)) return storage
  const kv = await openLmdb({ folder: storage.folder, clock })
  closers.push(() => kv.close())
  return kv
}

const openDoors = async ({ listen, limits }: ServerSettings, { manager }: House, closers: Closers): Promise<Ports> => {
  const { host, mqttPort, httpPort } = listen
  const accept = (stream: ByteStream) => manager.accept(stream)
  const ports: Ports = {}
  if (mqttPort !== undefined) {
    const listener = await listenTcp({ host, port: mqttPort, accept })
    closers.push(() => listener.close())
    ports.mqttPort = listener.port
  }
  if (httpPort !== undefined) {
    const listener = await listenHttp({ host, port: httpPort, accept, messageSizeBytes: 2 * limits.packetSizeBytes })
    closers.push(() => listener.close())
    ports.httpPort = listener.port
  }
  return ports
}
