import { parseArgs } from 'node:util'
import { areas } from './areas/index.js'
import type { CheckerOptions } from './checker.js'
import { type FaultChoice, faultKinds } from './faults/fault.js'
import { type RedisKind, redisKinds } from './rig/ground/index.js'

export interface Options extends CheckerOptions {
  nodes: number
  redis: RedisKind | undefined
  replicas: number
  partitions: number | undefined
  /** Kept, with all that is written; a temporary one otherwise, which is kept where something broke. */
  folder: string | undefined
  /** A saved history to be checked, with nothing run. */
  check: string | undefined
  /** Prints what would be done, and does nothing. */
  planOnly: boolean
  help: boolean
}

/** Tells a user what is wrong with the command line. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

const msPerMinute = 60_000
const areaNames = areas.map(({ name }) => name)
const defaults = { minutes: 1, nodes: 1, replicas: 1, rate: 30, faultRate: 0.7 }

/** @throws UsageError */
export const parseOptions = (args: readonly string[]): Options => {
  const values = parse(args)
  const nodes = whole('--nodes', values.nodes, defaults.nodes)
  const redis = redisOf(values.redis, nodes)
  return {
    seed: values.seed ?? String(Math.floor(Math.random() * 1e9)),
    durationMs: positive('--minutes', values.minutes, defaults.minutes) * msPerMinute,
    areas: chosen('--only', values.only, areaNames),
    nodes,
    redis,
    replicas: replicasOf(values.replicas, redis),
    partitions: partitionsOf(values.partitions, redis),
    faults: values.faults === 'none' ? [] : chosen('--faults', values.faults, faultsOn(redis)),
    rate: positive('--rate', values.rate, defaults.rate),
    faultRate: positive('--fault-rate', values['fault-rate'], defaults.faultRate),
    folder: values.folder,
    check: values.check,
    planOnly: values.plan ?? false,
    help: values.help ?? false,
  }
}

/** The command that plays the same plan. */
export const commandFor = (options: Options): string => {
  const { seed, durationMs, areas, faults, nodes, redis, replicas, partitions, rate, faultRate } = options
  const given = [`--seed ${seed}`, `--minutes ${durationMs / msPerMinute}`]
  if (nodes !== defaults.nodes) given.push(`--nodes ${nodes}`)
  if (redis !== redisOf(undefined, nodes)) given.push(`--redis ${redis}`)
  if (replicas !== defaults.replicas) given.push(`--replicas ${replicas}`)
  if (partitions !== undefined) given.push(`--partitions ${partitions}`)
  if (areas.length < areaNames.length) given.push(`--only ${areas.join(',')}`)
  if (faults.length < faultsOn(redis).length) given.push(`--faults ${faults.join(',') || 'none'}`)
  if (rate !== defaults.rate) given.push(`--rate ${rate}`)
  if (faultRate !== defaults.faultRate) given.push(`--fault-rate ${faultRate}`)
  return `npm run checker -- ${given.join(' ')}`
}

export const usage = `Usage: npm run checker -- [options]

Runs a server, bots and clients, breaks what can break, and checks that every promise was kept.

  --seed TEXT        what is done, and when, is made of it; told where it is absent
  --minutes N        how long things are done and broken (${defaults.minutes})
  --only NAMES       of these, separated by commas: ${areaNames.join(', ')}
  --faults NAMES     of these: ${faultKinds.join(', ')}; or none
  --nodes N          processes of the server, which share a Redis (${defaults.nodes}, with a data folder)
  --redis KIND       ${redisKinds.join(' or ')}: what they share (${redisKinds[0]}, where there are several)
  --replicas N       1 or 0: how many replicas of a Cluster have to have what is written before it is acknowledged
                     (${defaults.replicas}); with 0 masters that die may take something along, and no more than that is accepted
  --partitions N     what is stored in Redis is divided into so many (as the server likes)
  --rate N           operations a second (${defaults.rate})
  --fault-rate N     faults a second (${defaults.faultRate})
  --folder DIR       keeps history, logs and data there; otherwise they are removed unless something broke
  --check HISTORY    checks a history.jsonl again, and runs nothing
  --plan             prints the plan, and runs nothing
  --help             prints this

The same seed and options give the same operations and faults at the same moments, which the digest of the plan shows.
How processes, sockets and disk come in each other's way in between is up to the machine, so something rare may need
several runs of its seed. The history of a run can be checked again for ever.

Exit status: 0 nothing was broken, 1 something was, 2 the command was wrong, 130 interrupted.`

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        seed: { type: 'string' },
        minutes: { type: 'string' },
        only: { type: 'string' },
        faults: { type: 'string' },
        nodes: { type: 'string' },
        redis: { type: 'string' },
        replicas: { type: 'string' },
        partitions: { type: 'string' },
        rate: { type: 'string' },
        'fault-rate': { type: 'string' },
        folder: { type: 'string' },
        check: { type: 'string' },
        plan: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

const chosen = <T extends string>(flag: string, value: string | undefined, choices: readonly T[]): readonly T[] => {
  if (value === undefined) return choices
  const names = value.split(',').map((name) => name.trim())
  const unknown = names.find((name) => !(choices as readonly string[]).includes(name))
  if (unknown !== undefined) throw new UsageError(`${flag} takes ${choices.join(', ')}, not ${unknown}`)
  return choices.filter((choice) => names.includes(choice))
}

const redisOf = (value: string | undefined, nodes: number): RedisKind | undefined => {
  if (value === undefined) return nodes > 1 ? 'single' : undefined
  return only('--redis', value, redisKinds)
}

/** Each master of the checker's Cluster has one. */
const replicasOf = (value: string | undefined, redis: RedisKind | undefined): number => {
  if (value === undefined) return defaults.replicas
  if (redis !== 'cluster') throw new UsageError('--replicas is for a Cluster: give --redis cluster, too')
  return Number(only('--replicas', value, ['0', '1']))
}

const partitionsOf = (value: string | undefined, redis: RedisKind | undefined): number | undefined => {
  if (value === undefined) return undefined
  if (redis === undefined) throw new UsageError('--partitions is for a Redis: give --redis, too')
  return whole('--partitions', value, 1)
}

/** What can happen to a server with such a store. */
const faultsOn = (redis: RedisKind | undefined): readonly FaultChoice[] =>
  faultKinds.filter((kind) => kind !== 'redis' || redis !== undefined)

const only = <T extends string>(flag: string, value: string, choices: readonly T[]): T => {
  const found = choices.find((choice) => choice === value)
  if (found === undefined) throw new UsageError(`${flag} takes ${choices.join(' or ')}, not ${value}`)
  return found
}

const whole = (flag: string, value: string | undefined, fallback: number): number => {
  const number = positive(flag, value, fallback)
  if (!Number.isInteger(number)) throw new UsageError(`${flag} takes a whole number, not ${value}`)
  return number
}

const positive = (flag: string, value: string | undefined, fallback: number): number => {
  if (value === undefined) return fallback
  const number = Number(value)
  if (!(number > 0 && number < Number.POSITIVE_INFINITY))
    throw new UsageError(`${flag} takes a number above 0, not ${value}`)
  return number
}
