import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Counters } from '../counters.js'
import type { Accounts, Quantity, Traffic } from '../limits/port.js'
import type { ParkedStates } from '../persistence/port.js'
import { version } from '../version.js'

export interface MetricsSources {
  counters: Counters
  accounts: Accounts
  parked: Pick<ParkedStates, 'parkedCounts'>
}

/** What a server tells Prometheus, in its text format. */
export interface Metrics {
  readonly contentType: string
  text(): Promise<string>
}

/** Counts are read when somebody asks, so that counting costs no more than an addition. */
export const createMetrics = (sources: MetricsSources): Metrics => {
  const register = new Registry()
  addInfo(register)
  addAmounts(register, sources.accounts)
  addTraffic(register, sources.accounts)
  addCounts(register, sources.counters)
  addParked(register, sources.parked)
  return {
    contentType: register.contentType,
    text: async () => `${await register.metrics()}\n${await processMetrics().metrics()}`,
  }
}

let ofProcess: Registry | undefined

/** Memory, event loop and garbage collection: they are the process's, however many servers run in it. */
const processMetrics = (): Registry => {
  if (ofProcess) return ofProcess
  ofProcess = new Registry()
  collectDefaultMetrics({ register: ofProcess })
  return ofProcess
}

const addInfo = (register: Registry): void => {
  const gauge = new Gauge({
    ...{ name: 'daakia_info', help: 'Always 1; the version of the server is a label.' },
    labelNames: ['version'],
    registers: [register],
  })
  gauge.set({ version }, 1)
}

const amounts: Readonly<Record<Quantity, string>> = {
  connections: 'Connections now.',
  sessions: 'Sessions that outlive their connections, now.',
  subscriptions: 'Subscriptions now.',
  retainedMessages: 'Retained messages now.',
  retainedBytes: 'Bytes of retained messages now.',
  queuedMessages: 'Messages that wait for sessions now.',
  queuedBytes: 'Bytes of messages that wait for sessions now.',
  inflight: 'QoS 1 and 2 messages that are on their way to clients now.',
}

const addAmounts = (register: Registry, accounts: Accounts): void => {
  for (const [quantity, help] of Object.entries(amounts) as [Quantity, string][])
    new Gauge({
      ...{ name: nameOf(quantity), help },
      labelNames: ['vendor'],
      registers: [register],
      collect() {
        for (const vendor of accounts.vendors()) this.set({ vendor }, accounts.usage(vendor)[quantity])
      },
    })
}

const traffic: Readonly<Record<keyof Traffic, string>> = {
  packetsReceived: 'MQTT packets from clients.',
  packetsSent: 'MQTT packets to clients.',
  bytesReceived: 'Bytes of MQTT packets from clients.',
  bytesSent: 'Bytes of MQTT packets to clients.',
  publishesReceived: 'PUBLISH packets from clients.',
  publishesSent: 'PUBLISH packets to clients.',
  publishesDropped: 'Messages that did not reach somebody they were for.',
}

const addTraffic = (register: Registry, accounts: Accounts): void => {
  for (const [what, help] of Object.entries(traffic) as [keyof Traffic, string][])
    new Counter({
      ...{ name: `${nameOf(what)}_total`, help },
      labelNames: ['vendor'],
      registers: [register],
      collect() {
        this.reset()
        for (const vendor of accounts.vendors()) this.inc({ vendor }, accounts.traffic(vendor)[what])
      },
    })
}

const addParked = (register: Registry, parked: MetricsSources['parked']): void => {
  new Gauge({
    ...{ name: 'daakia_parked_states', help: 'States of bots that their code could not restore, now.' },
    labelNames: ['vendor'],
    registers: [register],
    async collect() {
      this.reset()
      for (const [vendor, count] of await parked.parkedCounts()) this.set({ vendor }, count)
    },
  })
}

const addCounts = (register: Registry, counters: Counters): void => {
  const add = (name: string, help: string, labelNames: readonly string[], read: () => Iterable<Sample>): void => {
    new Counter({
      ...{ name, help, labelNames },
      registers: [register],
      collect() {
        this.reset()
        for (const [labels, value] of read()) this.inc(labels, value)
      },
    })
  }
  const plain = (name: string, help: string, read: () => number) => add(name, help, [], () => [[{}, read()]])
  plain('daakia_streams_total', 'Streams that were accepted.', () => counters.streams)
  plain('daakia_connects_total', 'Connections that were let in.', () => counters.connected)
  plain('daakia_messages_shed_total', 'Messages that a slow or absent receiver missed.', () => counters.shed)
  plain('daakia_messages_expired_total', 'Messages whose Message Expiry Interval had passed.', () => counters.expired)
  plain(
    'daakia_messages_withheld_total',
    'Messages for receivers that might not have them any more when they were to be delivered.',
    () => counters.withheld,
  )
  plain(
    'daakia_messages_oversized_total',
    'Messages above the Maximum Packet Size of a receiver.',
    () => counters.oversized,
  )
  plain(
    'daakia_dead_letters_total',
    'Messages and timers at which a bot, or a queue, failed too often.',
    () => counters.deadLetters,
  )
  plain('daakia_late_answers_total', 'Answers of services that nobody waited for any more.', () => counters.lateAnswers)
  plain(
    'daakia_redis_setbacks_total',
    'Times that a partition in Redis was found to have less than it had.',
    () => counters.setbacks,
  )
  plain(
    'daakia_redis_lost_commits_total',
    'Commits that partitions in Redis have lost, at least.',
    () => counters.lostCommits,
  )
  plain('daakia_messages_trimmed_total', 'Messages that journals keep no more.', () => counters.trimmed)
  plain('daakia_messages_archived_total', 'Messages that were moved into the archive.', () => counters.archived)
  plain('daakia_publishes_refused_total', 'Publishes that were refused.', () => counters.refused)
  add('daakia_connects_refused_total', 'Connections that were refused.', ['reason'], () =>
    [...counters.refusedConnections].map(([reason, value]) => [{ reason }, value]),
  )
  add('daakia_limits_reached_total', 'Limits that were reached.', ['scope', 'limit'], () =>
    [...counters.limits].map(([key, value]) => [limitLabels(key), value]),
  )
  for (const [what, help] of [
    ['published', 'Publishes from clients.'],
    ['delivered', 'Deliveries to clients.'],
  ] as const)
    add(`daakia_messages_${what}_total`, help, ['qos'], () =>
      counters[what].map((value, qos) => [{ qos: String(qos) }, value]),
    )
}

type Sample = [labels: Record<string, string>, value: number]

/** `client connections` */
const limitLabels = (key: string): Record<string, string> => {
  const [scope = '', limit = ''] = key.split(' ')
  return { scope, limit }
}

/** `daakia_retained_bytes` */
const nameOf = (field: string): string => `daakia_${field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`
