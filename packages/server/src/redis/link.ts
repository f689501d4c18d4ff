import type { ConnectionOptions } from 'node:tls'
import { type Clock, type Random, systemClock } from '@daakia/protocol'
import { Cluster, Command, type Redis } from 'ioredis'
import { type Log, silentLog } from '../log.js'
import { type HostAndPort, parseAddress, parseReachedAt, type RedisAddress } from './address.js'
import { Channels, type Subscriber } from './channels.js'
import { type ConnectTerms, commandConnection, type RedisConnection, singleConnection } from './connect.js'
import { RedisError } from './errors.js'
import { isOfReplica, redisError, sentence } from './faults.js'
import { inspect } from './inspect.js'
import { KeptConnection } from './kept-connection.js'
import { LostParts } from './lost-parts.js'
import { needMaster } from './role.js'
import { evaluate, type RedisScript } from './script.js'
import { TroubledParts } from './troubled-parts.js'

export interface RedisOptions {
  /**
   * Where Redis is: `redis://[user:password@]host[:port][/db]`, `redis+sentinel://host[:port],host[:port]/service[/db]` or
   * `redis+cluster://host[:port],host[:port]`; `rediss`, in each of them, is TLS. What of a password is not a letter or a
   * digit is percent-encoded. Ports are 6379, and 26379 of a Sentinel, where none is given. Sentinels that ask for a
   * password of their own get `?sentinel_password=…`, and `sentinel_username`.
   */
  url: string
  /** For TLS: authorities, the client's certificate and key. */
  tls?: ConnectionOptions
  /** What all keys and channels begin with, so that several servers may share one Redis. Default `daakia:`. */
  prefix?: string
  /** How long Redis may take to connect, and to answer, before its connection is given up. Default 5,000. */
  answerWithinMs?: number
  /**
   * How many replicas (of the master that has it, in a Cluster) have to have what is written before anybody hears that it is.
   * Default 0: a master that dies takes along what it has not sent to the one that takes its place.
   */
  replicas?: number
  /**
   * Where servers of a Cluster, or those that Sentinels name, are reached from here, by the address that they announce, where that
   * is another one: `{ '10.0.0.5:6379': 'tunnel.internal:7005' }`.
   */
  reachedAt?: Readonly<Record<string, string>>
  clock?: Clock
  random?: Random
  log?: Log
}

export type RedisArgument = string | number | Uint8Array

/** What Redis answers: texts are bytes. */
export type RedisAnswer = Buffer | number | null | RedisAnswer[]

/**
 * The way to a Redis: one server, one that Sentinels watch, or a Cluster. One connection (to each node of a Cluster) is for
 * commands, a second one for what is published. Both are opened again whenever they were lost.
 *
 * What is asked while Redis is away fails at once: nothing waits here, so that what waits is counted where it may be told to
 * wait. Every error is a `RedisError`, whose `reason` says whether it was done: not when it is `away` or `full`; perhaps when
 * it is `unsure`, for a command whose answer is lost is not sent again.
 */
export class RedisLink {
  readonly #terms: ConnectTerms
  readonly #commands: KeptConnection<RedisConnection>
  readonly #channels: Channels
  readonly #listeners = new Set<() => void>()
  /** So many have to have what is written. */
  readonly replicas: number
  readonly #log: Log
  readonly #lostParts: LostParts
  readonly #full = new TroubledParts()
  /** Fewer replicas have something of them than have to. */
  readonly #lackingReplicas = new TroubledParts()
  #closed = false

  /**
   * Connects.
   *
   * @throws {RedisError} `away`, `denied` or `unfit`, saying what to do, where there is no Redis that fits
   */
  static async open(options: RedisOptions): Promise<RedisLink> {
    const link = new RedisLink(options, parseAddress(options.url))
    await inspect(link.#terms)
    try {
      await link.#commands.open()
    } catch (error) {
      link.close()
      throw redisError(error, link.shown)
    }
    return link
  }

  /** What all keys and channels begin with. */
  readonly prefix: string

  private constructor(options: RedisOptions, address: RedisAddress) {
    const {
      tls = {},
      answerWithinMs = 5_000,
      reachedAt = {},
      clock = systemClock,
      random = Math.random,
      log = silentLog,
    } = options
    this.prefix = options.prefix ?? 'daakia:'
    this.replicas = options.replicas ?? 0
    this.#log = log
    this.#terms = { address, tls, answerWithinMs, reachedAt: parseReachedAt(reachedAt) }
    this.#commands = new KeptConnection<RedisConnection>({
      ...{ clock, random },
      make: () => commandConnection(this.#terms),
      prepare: async (connection) => {
        if (!(connection instanceof Cluster)) await needMaster(connection, this.shown)
      },
      lost: (error) => log.warn({ redis: this.shown, problem: error.message }, 'Redis is away'),
      back: () => {
        log.info({ redis: this.shown }, 'Redis is back')
        this.#tellBack()
      },
    })
    this.#lostParts = new LostParts({
      clock,
      ask: (key) => this.#ask('exists', [key]),
      lost: () => log.warn({ redis: this.shown }, 'A part of Redis is away'),
      back: () => {
        log.info({ redis: this.shown }, 'A part of Redis is back')
        this.#tellBack()
      },
    })
    this.#channels = new Channels({
      ...{ clock, random, log, heartbeatMs: answerWithinMs / 2, needsMaster: !this.isCluster, shown: this.shown },
      make: () => singleConnection(this.#terms, this.#anyHost(random)),
    })
  }

  /** Where it leads, without passwords. */
  get shown(): string {
    return this.#terms.address.shown
  }

  /** What is said while there is no connection. */
  get awayMessage(): string {
    return sentence('away', this.shown)
  }

  /** Several masters share the keys: those of one script or command need the same hash tag. */
  get isCluster(): boolean {
    return this.#terms.address.kind === 'cluster'
  }

  /** There is a connection now. */
  get isUp(): boolean {
    return this.#commands.current?.status === 'ready'
  }

  /** What was last asked of this key could not be asked: of a Cluster, a part may be away. `onBack` tells when it is back. */
  lacks(key: string): boolean {
    return this.#lostParts.has(key)
  }

  /**
   * Runs one command. In a Cluster its first argument is a key.
   *
   * @throws {RedisError}
   */
  call(command: string, ...args: readonly RedisArgument[]): Promise<RedisAnswer> {
    return this.#send(String(args[0] ?? ''), command, args)
  }

  /**
   * Runs a script by its hash, or by its text where Redis does not know it yet. In a Cluster it runs where its first key is.
   *
   * @throws {RedisError}
   */
  async run(script: RedisScript, keys: readonly string[], args: readonly RedisArgument[]): Promise<RedisAnswer> {
    return evaluate(script, keys, args, (...sent) => this.#send(keys[0] ?? '', ...sent))
  }

  /**
   * As `run`, for what must not be lost: resolves when as many replicas have it as this link was told. Where they do not, the
   * script was run, and the error is `unsure`: run again, it has to write something, for them to be waited for.
   *
   * @throws {RedisError}
   */
  async runSafely(script: RedisScript, keys: readonly string[], args: readonly RedisArgument[]): Promise<RedisAnswer> {
    const [key = ''] = keys
    try {
      const answer = await (this.replicas === 0
        ? this.run(script, keys, args)
        : evaluate(script, keys, args, (...sent) => this.#sendSafely(key, ...sent)))
      this.#noteFull(key, false)
      return answer
    } catch (error) {
      if (error instanceof RedisError && error.reason === 'full') this.#noteFull(key, true)
      throw error
    }
  }

  /**
   * Tells everybody who is subscribed to the channel now, on all nodes, in the order of publishing; resolves when Redis has it.
   *
   * @throws {RedisError}
   */
  async publish(channel: string, message: string | Uint8Array): Promise<void> {
    const published = this.#channels.publish(channel, typeof message === 'string' ? message : asBuffer(message))
    if (!published) throw this.#notThere()
    await published.catch((error) => {
      throw redisError(error, this.shown)
    })
  }

  /**
   * Hears what is published in the channel: at most once, in order from one publisher. Resolves with the way to stop it when
   * everything that is published from then on is heard. Where Redis is away that is later, and `missed` says so, as it does
   * each time when the subscription was away in between.
   */
  subscribe(channel: string, subscriber: Subscriber): Promise<() => void> {
    return this.#channels.subscribe(channel, subscriber)
  }

  /** Calls `listener` each time Redis, or a part of it, was away, or too few of its replicas were there, and is back. Returns the way to stop it. */
  onBack(listener: () => void): () => void {
    const own = () => listener()
    this.#listeners.add(own)
    return () => void this.#listeners.delete(own)
  }

  /** Gives up both connections; what was asked and is not answered fails. */
  close(): void {
    this.#closed = true
    this.#commands.close()
    this.#lostParts.close()
    this.#channels.close()
  }

  async #send(key: string, name: string, args: readonly RedisArgument[]): Promise<RedisAnswer> {
    const connection = this.#connection()
    try {
      return await this.#ask(name, args)
    } catch (error) {
      throw this.#failed(error, connection, key)
    }
  }

  async #ask(name: string, args: readonly RedisArgument[]): Promise<RedisAnswer> {
    return (await this.#connection().sendCommand(new Command(name, args.map(writable), answeredInBytes))) as RedisAnswer
  }

  /** In one pipeline, so that it is the same connection that waits. */
  async #sendSafely(key: string, name: string, args: readonly RedisArgument[]): Promise<RedisAnswer> {
    const connection = this.#connection()
    const pipeline = connection.pipeline().callBuffer(name, ...args.map(writable))
    // Redis answers before its connection would be given up.
    pipeline.call('wait', this.replicas, Math.ceil(this.#terms.answerWithinMs / 5))
    const [done, waited] = (await pipeline.exec().catch((error) => [[error], [error]])) as PipelineAnswers
    if (done[0]) throw this.#failed(done[0], connection, key)
    const reached = waited[0] ? 0 : (waited[1] as number)
    this.#counted(key, reached)
    if (reached >= this.replicas) return done[1] as RedisAnswer
    const lacking = `Redis at ${this.shown} has written it, and ${reached} of ${this.replicas} replicas have it`
    throw new RedisError('unsure', `${lacking}: look whether they run and reach the master`)
  }

  /** So many replicas have what was written. Who was refused while they were too few has to be told that there are enough. */
  #counted(key: string, reached: number): void {
    const change = this.#lackingReplicas.note(key, reached < this.replicas)
    if (change === 'begins')
      this.#log.warn({ redis: this.shown, replicas: reached }, 'Too few replicas of Redis have what is written')
    if (change === 'ends') {
      this.#log.info({ redis: this.shown }, 'Enough replicas of Redis have what is written')
      this.#tellBack()
    }
  }

  #noteFull(key: string, isFull: boolean): void {
    const change = this.#full.note(key, isFull)
    if (change === 'begins') this.#log.warn({ redis: this.shown }, 'Redis is full')
    if (change === 'ends') this.#log.info({ redis: this.shown }, 'Redis has room again')
  }

  #tellBack(): void {
    for (const listener of this.#listeners) listener()
  }

  #connection(): RedisConnection {
    const connection = this.#commands.current
    if (connection?.status !== 'ready') throw this.#notThere()
    return connection
  }

  #failed(error: unknown, connection: RedisConnection, key: string): RedisError {
    const found = redisError(error, this.shown)
    if (!(connection instanceof Cluster)) {
      // It was the master, and nobody who has made another one that has closed its connections, or told of it.
      if (isOfReplica(error)) connection.disconnect()
      return found
    }
    if (found.reason === 'unsure') connection.refreshSlotsCache()
    if ((found.reason === 'unsure' || found.reason === 'away') && !this.#closed) this.#lostParts.add(key)
    return found
  }

  #notThere(): RedisError {
    return this.#closed
      ? new RedisError('closed', sentence('closed', this.shown))
      : new RedisError('away', this.awayMessage)
  }

  /** What is published anywhere in a Cluster is heard on each of its nodes. */
  #anyHost(random: Random): HostAndPort {
    const { current } = this.#commands
    const nodes = current instanceof Cluster ? current.nodes('master').map(hostOf) : []
    const hosts = nodes.length > 0 ? nodes : this.#terms.address.hosts
    return hosts[Math.floor(random() * hosts.length)] ?? this.#terms.address.hosts[0]
  }
}

/** Of a command and of the WAIT behind it: an error, or nothing and an answer. */
type PipelineAnswers = [done: [Error | null, unknown?], waited: [Error | null, unknown?]]

/** Without an encoding, answers are bytes. */
const answeredInBytes = { replyEncoding: null } as const

const writable = (argument: RedisArgument): string | number | Buffer =>
  argument instanceof Uint8Array ? asBuffer(argument) : argument

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

const hostOf = ({ options: { host = '127.0.0.1', port = 6379 } }: Redis): HostAndPort => ({ host, port })
