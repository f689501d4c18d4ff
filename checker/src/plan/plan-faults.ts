import type { Fault, FaultChoice, PlannedFault } from '../faults/fault.js'
import type { Dice } from './dice.js'

export interface FaultScope {
  durationMs: number
  choices: readonly FaultChoice[]
  /** Names of the server's processes. */
  servers: readonly string[]
  /** Names of the bots' processes. */
  bots: readonly string[]
  /** Names of the lines, one for each device and each bot. */
  lines: readonly string[]
  /** Names of what servers share their data in; none where that is a folder. */
  redis: {
    processes: readonly string[]
    /** From servers to it. */
    lines: readonly string[]
    /** Where nobody waits for replicas: those that take each other's place, and have something that could be lost. */
    lossy: readonly (readonly string[])[]
  }
  /** How many begin in a second, on average. */
  perSecond: number
}

/** Kinds of `cut`, those that break more often than the others twice. */
const lineFaults = ['cut', 'cut', 'stall', 'half-open', 'half-open', 'delay'] as const

const furthestClockMs = 20_000
/** A lease lasts 1.5 s: many pauses are longer. */
const longestPauseMs = 3_000
/** The lease of a node lasts 4.5 s: whatever keeps it from the others for so long has them take what it has. */
const longPauseMs = { least: 5_000, most: 8_000 }

/** Where something can be lost, so much of what happens to a Redis is to lose something. */
const shareOfLosses = 0.5
const behindMs = { least: 200, most: 1_500 }
/** How long it mostly takes until another one has the place. */
const electedWithinMs = 5_000

/** A process that was killed takes so long to be there again. */
const recoversWithinMs = 500

/** Faults from a seed. One target has one fault at a time, so that none has to be left out when it comes to it. */
export const planFaults = (dice: Dice, scope: FaultScope): PlannedFault[] => {
  const busyUntil = new Map<string, number>()
  const planned: PlannedFault[] = []
  if (scope.choices.length === 0) return planned
  for (let atMs = dice.waitMs(scope.perSecond); atMs < scope.durationMs; atMs += dice.waitMs(scope.perSecond)) {
    const fault = chooseFault(dice, scope)
    const lastsMs = lastsFor(dice, fault, scope)
    if (concernedBy(fault, scope).some((target) => (busyUntil.get(target) ?? 0) > atMs)) continue
    for (const target of concernedBy(fault, scope))
      busyUntil.set(target, atMs + beginsWithin(fault) + lastsMs + recoversWithinMs)
    planned.push({ atMs: Math.round(atMs), lastsMs, fault })
  }
  return planned
}

/** Who is to take the place of a master is whole until that is back. */
const concernedBy = ({ kind, target }: Fault, { redis }: FaultScope): readonly string[] =>
  (kind === 'takeover' && redis.lossy.find((names) => names.includes(target))) || [target]

/** Where nobody waits for replicas, one that dies is away until another one was elected, and then for as long as it lasts. */
const beginsWithin = (fault: Fault): number =>
  fault.kind === 'takeover' && fault.behindMs !== undefined ? fault.behindMs + electedWithinMs : 0

const chooseFault = (dice: Dice, { choices, servers, bots, lines, redis }: FaultScope): Fault => {
  const choice = dice.pick(choices)
  const server = () => (servers.length > 1 ? dice.pick(servers) : (servers[0] as string))
  if (choice === 'kill' || choice === 'pause')
    return { kind: choice, target: bots.length > 0 && dice.chance(0.5) ? dice.pick(bots) : server() }
  if (choice === 'clock')
    return { kind: 'clock', target: server(), offsetMs: dice.between(-furthestClockMs, furthestClockMs) }
  return choice === 'redis' ? redisFault(dice, redis) : lineFault(dice, dice.pick(lines))
}

/** Of one Redis, or of a Cluster of several, in which one takes the place of another. */
const redisFault = (dice: Dice, { processes, lines, lossy }: FaultScope['redis']): Fault => {
  if (lossy.length > 0 && dice.chance(shareOfLosses))
    return {
      kind: 'takeover',
      target: dice.pick(lossy.flat()),
      behindMs: dice.between(behindMs.least, behindMs.most),
    }
  const kind = dice.pick([
    ...(['kill', 'pause'] as const),
    ...(lines.length > 0 ? (['line', 'line'] as const) : []),
    ...(processes.length > 1 ? (['failover', 'takeover', 'takeover'] as const) : []),
  ])
  return kind === 'line' ? lineFault(dice, wayTo(dice, lines)) : { kind, target: dice.pick(processes) }
}

/** As often the way to all of them as that to one. */
const wayTo = (dice: Dice, lines: readonly string[]): string => {
  const whole = lines.filter((line) => line.endsWith('/redis'))
  return dice.pick(dice.chance(0.5) ? whole : lines)
}

const lineFault = (dice: Dice, target: string): Fault => {
  const kind = dice.pick(lineFaults)
  if (kind === 'stall') return { kind, target, direction: dice.pick(['up', 'down', 'both']) }
  if (kind === 'half-open') return { kind, target, gone: dice.pick(['client', 'server']) }
  if (kind === 'delay') return { kind, target, delayMs: dice.between(5, 200) }
  return { kind, target }
}

const lastsFor = (dice: Dice, { kind, target }: Fault, { servers, redis }: FaultScope): number => {
  if (kind === 'clock' || kind === 'failover') return 0
  const isOfNode = redis.processes.length > 0 && [...servers, ...redis.processes, ...redis.lines].includes(target)
  if (isOfNode && dice.chance(0.3)) return dice.between(longPauseMs.least, longPauseMs.most)
  if (kind === 'kill') return dice.between(0, 600)
  if (kind === 'cut') return dice.chance(0.6) ? 0 : dice.between(50, 1_500)
  return dice.between(50, longestPauseMs)
}
