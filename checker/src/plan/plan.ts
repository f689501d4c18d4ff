import { createHash } from 'node:crypto'
import type { Area, PlannedOp } from '../areas/index.js'
import type { FaultChoice, PlannedFault } from '../faults/fault.js'
import { linesOf, type RedisKind, redisNames, shardsOf, shardsOfPartitions } from '../rig/ground/index.js'
import { type Cast, wholeCast } from './cast.js'
import { Dice } from './dice.js'
import { planFaults } from './plan-faults.js'

export interface PlanOptions {
  seed: string
  durationMs: number
  /** Operations a second, of all areas together. */
  rate: number
  /** Faults a second. */
  faultRate: number
  areas: readonly Area[]
  faults: readonly FaultChoice[]
  /** Processes of the server. */
  nodes?: number
  /** What they share; one alone may have a folder. */
  redis?: RedisKind | undefined
  /** How many replicas of a Cluster have to have what is written: 1 where nothing else is said. */
  replicas?: number
  /** What is stored in a Redis is divided into so many; as many as the server likes where nothing is said. */
  partitions?: number | undefined
}

/** What is going to be done, by the seed and the options alone. */
export interface Plan {
  cast: Cast
  /** Names of the server's processes. */
  servers: readonly string[]
  redis: RedisKind | undefined
  replicas: number
  partitions: number | undefined
  durationMs: number
  ops: readonly PlannedOp[]
  faults: readonly PlannedFault[]
  /** Of all of it: the same plan has the same. */
  digest: string
}

export const makePlan = (options: PlanOptions): Plan => {
  const { seed, durationMs, rate, faultRate, areas, faults, nodes = 1, redis, replicas = 1, partitions } = options
  const dice = new Dice(seed)
  const cast = {
    ...wholeCast,
    ...(!areas.some(({ withBots }) => withBots) && { bots: [] }),
    ...(!areas.some(({ withGuests }) => withGuests) && { guests: [] }),
  }
  const scope = { durationMs, perSecond: rate / areas.length, cast }
  const ops = areas.flatMap((area) => area.plan(dice.of(area.name), scope)).sort((one, other) => one.atMs - other.atMs)
  const lines = [...cast.devices, ...cast.guests, ...cast.bots].map(({ name }) => name)
  const bots = cast.bots.map(({ name }) => name)
  const servers = nodes === 1 ? ['server'] : Array.from({ length: nodes }, (_, i) => `server-${i + 1}`)
  const lossy = replicas === 0 ? holdersOf(partitions) : []
  const shared = { processes: redisNames(redis), lines: linesOf(redis, servers), lossy }
  const choices = faults.filter((choice) => choice !== 'redis' || redis !== undefined)
  const scopeOfFaults = { durationMs, choices, servers, bots, lines, redis: shared, perSecond: faultRate }
  const plannedFaults = planFaults(dice.of('faults'), scopeOfFaults)
  const digest = digestOf(ops, plannedFaults)
  return { cast, servers, redis, replicas, partitions, durationMs, ops, faults: plannedFaults, digest }
}

/** Those of a Cluster that have some of the partitions. */
const holdersOf = (partitions: number | undefined): readonly (readonly string[])[] => {
  const holding = new Set(shardsOfPartitions(partitions))
  return shardsOf('cluster').filter((_, shard) => holding.has(shard))
}

const digestOf = (ops: readonly PlannedOp[], faults: readonly PlannedFault[]): string => {
  const hash = createHash('sha256')
  for (const { atMs, text } of ops) hash.update(`${atMs} ${text}\n`)
  for (const fault of faults) hash.update(`${JSON.stringify(fault)}\n`)
  return hash.digest('hex').slice(0, 16)
}
