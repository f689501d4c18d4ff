import type { Clock } from '@daakia/protocol'
import { refuseUnfinished } from './archive/unfinished.js'
import type { TurnAtWork } from './backend/turns/turn-at-work.js'
import { compose, type House } from './compose.js'
import type { ByteStream } from './connection-manager/index.js'
import { streamPair } from './connection-manager/index.js'
import { type Doors, openDoors, type Ports } from './doors.js'
import { embeddedFoundation } from './foundation/embedded.js'
import type { Foundation } from './foundation/foundation.js'
import { openLmdb } from './kv/lmdb.js'
import type { KeyValue } from './kv/port.js'
import { operatorPages } from './monitoring/pages.js'
import { isAway } from './not-now.js'
import { type ServerOptions, type ServerSettings, settle } from './options.js'
import { NoRedisError } from './redis/errors.js'
import { reload, type ServerChanges } from './reload.js'

export interface Server {
  /**
   * Opens the storage, and then the doors. A Redis that is there, and can't be used for now, is waited for: of a Cluster, a
   * master may be away until its replica takes its place.
   *
   * @throws StorageError where the folder is in use, is not writable, is damaged, or was written by another version; RedisError
   * where there is no Redis that fits; the system's error where a port is taken. Nothing stays open then.
   */
  start(): Promise<Ports>
  /** Speaks MQTT on a stream until one of the two closes it. A server that does not run closes it at once. */
  accept(stream: ByteStream): void
  /** A stream to the server in this process: the client's end. */
  connect(): ByteStream
  /**
   * Resolves when the server rests: no turn is open, nothing waits for a bot that is connected and has room, and every
   * session was sent what its subscriptions under `daak/` hold for it. A bot that keeps its turn keeps the server from
   * rest, for as long as its lease lasts: `openTurns` tells which. With `butTurns`, turns that bots have in hand are not
   * waited for: it rests where it has nothing to do before one of them, or time, goes on.
   */
  rest(options?: { butTurns?: boolean }): Promise<void>
  /**
   * What bots have in hand at this moment, the oldest turn first; nothing where the server does not run.
   *
   * @example
   * for (const { bot, conversation, seq } of server.openTurns()) console.log(bot, 'is at', conversation, seq)
   */
  openTurns(): readonly TurnAtWork[]
  /**
   * Uses other options from now on, and reads keys, password files and certificates anew. Connections stay; what their
   * clients may do is asked anew. Where something can't be used, it rejects, and the server goes on as it was.
   *
   * @throws OptionsError; an Error where the server does not run
   */
  reload(changes?: ServerChanges): Promise<void>
  /**
   * Leaves the other nodes, and closes. Until then `/readyz` says 503, who connects is sent to another node (0x9C), bots and
   * services finish what they have in hand, and clients are sent away one after the other, as `drain` of the options says. A
   * server of one node closes at once. What bots do not finish does not count as a try.
   */
  drain(): Promise<void>
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
  doors: Doors
  /** Closes everything, in the reverse order of its opening. */
  close(): Promise<void>
}

class ComposedServer implements Server {
  readonly #settings: ServerSettings
  #opening: Promise<Opened> | undefined
  #opened: Opened | undefined
  #starting = new AbortController()
  #reloading: Promise<void> = Promise.resolve()

  constructor(settings: ServerSettings) {
    this.#settings = settings
  }

  async start(): Promise<Ports> {
    this.#opening ??= openWhenPossible(this.#settings, this.#startFor())
    try {
      this.#opened = await this.#opening
      return this.#opened.doors.ports
    } catch (error) {
      this.#opening = undefined
      throw error
    }
  }

  accept(stream: ByteStream): void {
    if (this.#opened) this.#opened.house.manager.accept(stream)
    else stream.destroy()
  }

  connect(): ByteStream {
    const [near, far] = streamPair()
    this.accept(far)
    return near
  }

  async rest(options: { butTurns?: boolean } = {}): Promise<void> {
    await this.#opened?.house.activity.idle(options)
  }

  openTurns(): readonly TurnAtWork[] {
    return this.#opened?.house.openTurns() ?? []
  }

  reload(changes: ServerChanges = {}): Promise<void> {
    // One after the other, so that the last one is what stays.
    this.#reloading = this.#reloading.catch(() => {}).then(() => this.#reload(changes))
    return this.#reloading
  }

  async drain(): Promise<void> {
    const opened = await this.#opening?.catch(() => undefined)
    await opened?.house.departure.run()
    await this.close()
  }

  async close(): Promise<void> {
    this.#starting.abort()
    const opened = await this.#opening?.catch(() => undefined)
    this.#opening = undefined
    this.#opened = undefined
    await opened?.close()
  }

  #startFor(): AbortSignal {
    this.#starting = new AbortController()
    return this.#starting.signal
  }

  async #reload(changes: ServerChanges): Promise<void> {
    if (!this.#opened) throw new Error('The server does not run')
    await reload(changes, { settings: this.#settings, ...this.#opened })
  }
}

/** Tries again for as long as the store is there and can't be used for now, until it is given up. */
const openWhenPossible = async (settings: ServerSettings, givenUp: AbortSignal): Promise<Opened> => {
  for (;;) {
    try {
      return await open(settings)
    } catch (error) {
      if (!isAway(error) || error instanceof NoRedisError) throw error
      settings.log.warn({ problem: (error as Error).message }, 'The server can not start for now, and tries again')
      await pause(settings.clock, givenUp)
      if (givenUp.aborted) throw error
    }
  }
}

const betweenTriesMs = 1_000

/** Ends early where there will be no further try. */
const pause = (clock: Clock, givenUp: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (givenUp.aborted) return resolve()
    const alarm = clock.after(betweenTriesMs, resolve, 'reconnect')
    givenUp.addEventListener('abort', () => {
      alarm.cancel()
      resolve()
    })
  })

const open = async (settings: ServerSettings): Promise<Opened> => {
  const closers: Closers = []
  const close = async () => {
    for (let closer = closers.pop(); closer; closer = closers.pop()) await closer()
  }
  try {
    const foundation = await layFoundation(settings, closers)
    closers.push(foundation.close)
    const house = await compose(foundation, settings)
    closers.push(house.close)
    const { kv } = foundation
    const { clock, listen } = settings
    const pages = operatorPages({ ...house, kv, clock, metricsToken: listen.metricsToken })
    const doors = await openDoors(settings, house, pages)
    closers.push(doors.close)
    return { house, doors, close }
  } catch (error) {
    await close()
    throw error
  }
}

type Closers = (() => Promise<void>)[]

const layFoundation = async (settings: ServerSettings, closers: Closers): Promise<Foundation> => {
  const { storage } = settings
  if ('redis' in storage) {
    // What one process needs is loaded without it.
    const { redisFoundation } = await import('./foundation/redis.js')
    return redisFoundation(storage.redis, settings)
  }
  return embeddedFoundation(
    'folder' in storage ? await openFolder(storage.folder, settings, closers) : storage,
    settings,
  )
}

const openFolder = async (folder: string, { clock, log }: ServerSettings, closers: Closers): Promise<KeyValue> => {
  const kv = await openLmdb({ folder, clock, log })
  closers.push(() => kv.close())
  refuseUnfinished(kv, folder)
  return kv
}
