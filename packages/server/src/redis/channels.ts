import type { Alarm, Clock, Random } from '@daakia/protocol'
import type { Redis } from 'ioredis'
import type { Log } from '../log.js'
import { KeptConnection } from './kept-connection.js'
import { isReplica, needMaster } from './role.js'

export interface Subscriber {
  hear: (message: Buffer) => void
  /** The subscription was away for a while: messages may have been missed. */
  missed: () => void
}

export interface ChannelsOptions {
  clock: Clock
  random: Random
  log: Log
  /** A connection to any server: in a Cluster, what is published at one of them is heard on each. */
  make(): Redis
  /** How often the connection is tried, so that one that is dead is noticed. */
  heartbeatMs: number
  /** What is published at a replica is heard there alone. */
  needsMaster: boolean
  /** Where it leads, without passwords. */
  shown: string
}

/**
 * What is published, and who hears it, over a connection of its own, which is opened when it is needed first. All goes over
 * this one connection because in a Cluster only what is published at one and the same node stays in order.
 */
export class Channels {
  readonly #options: ChannelsOptions
  readonly #connection: KeptConnection<Redis>
  readonly #subscribers = new Map<string, Set<Subscriber>>()
  /** The connection, also while what was subscribed is still being subscribed on it again. */
  #live: Redis | undefined
  #opened: Promise<void> | undefined
  #heartbeat: Alarm | undefined

  constructor(options: ChannelsOptions) {
    this.#options = options
    this.#connection = new KeptConnection({
      ...options,
      prepare: (connection) => this.#prepare(connection),
      lost: (error) => this.#lost(error),
      back: () => this.#back(),
    })
  }

  /** Resolves when everything that is published from now on is heard; where Redis is away, at once. */
  async subscribe(channel: string, subscriber: Subscriber): Promise<() => void> {
    const others = this.#subscribers.get(channel)
    if (others) others.add(subscriber)
    else this.#subscribers.set(channel, new Set([subscriber]))
    if (this.#live) await this.#live.subscribe(channel).catch(unlessLost)
    else await this.#open()
    return () => this.#remove(channel, subscriber)
  }

  /** Resolves when Redis has it; answers `undefined` where there is no connection. */
  publish(channel: string, message: string | Buffer): Promise<unknown> | undefined {
    if (this.#opened) return this.#live?.publish(channel, message)
    return this.#open().then(() => this.publish(channel, message))
  }

  close(): void {
    this.#heartbeat?.cancel()
    this.#connection.close()
    this.#live = undefined
  }

  #open(): Promise<void> {
    this.#opened ??= this.#connection.openEventually().then(() => this.#beat())
    return this.#opened
  }

  #remove(channel: string, subscriber: Subscriber): void {
    const others = this.#subscribers.get(channel)
    if (!others?.delete(subscriber) || others.size > 0) return
    this.#subscribers.delete(channel)
    this.#live?.unsubscribe(channel).catch(unlessLost)
  }

  async #prepare(connection: Redis): Promise<void> {
    if (this.#options.needsMaster) await needMaster(connection, this.#options.shown)
    this.#live = connection
    connection.on('messageBuffer', (channel: Buffer, message: Buffer) => {
      for (const { hear } of this.#subscribers.get(channel.toString()) ?? []) hear(message)
    })
    const channels = [...this.#subscribers.keys()]
    if (channels.length > 0) await connection.subscribe(...channels)
  }

  #lost(error: Error): void {
    this.#live = undefined
    this.#options.log.warn({ problem: error.message }, 'What is published at Redis is not heard for now')
  }

  #back(): void {
    this.#options.log.info({}, 'What is published at Redis is heard again')
    for (const subscribers of this.#subscribers.values()) for (const { missed } of subscribers) missed()
  }

  #beat(): void {
    this.#heartbeat = this.#options.clock.after(this.#options.heartbeatMs, () => {
      if (this.#live) void this.#look(this.#live)
      this.#beat()
    })
  }

  /** One that is left, for it is a replica by now, is opened again, to the master. */
  async #look(connection: Redis): Promise<void> {
    const replica = await isReplica(connection).catch(() => false)
    if (replica && this.#options.needsMaster) connection.disconnect()
  }
}

/** What was lost with its connection is done again on the next one. */
const unlessLost = (error: Error): void => {
  if (error.name === 'ReplyError') throw error
}
