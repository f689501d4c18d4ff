import { setTimeout as sleep } from 'node:timers/promises'
import type { Area } from '../areas/index.js'
import { Nemesis } from '../faults/nemesis.js'
import type { Phase } from '../history/event.js'
import type { Recorder } from '../history/recorder.js'
import type { Plan } from '../plan/plan.js'
import { toldShards } from '../rig/ground/index.js'
import { type Programs, Rig } from '../rig/rig.js'
import { untilQuiet } from './quiet.js'
import { readAll } from './read-all.js'
import { Town } from './town.js'

export interface RunOptions {
  plan: Plan
  areas: readonly Area[]
  /** Empty; data, logs and history go there. */
  folder: string
  programs: Programs
  recorder: Recorder
  leaseMs: number
  /** How long nothing may happen when the faults are over and something is left. */
  patienceMs: number
  /** Told now and then how far it is. */
  progress(text: string): void
  /** Ends the run, with what it is aborted with as the error. */
  aborted: AbortSignal
}

/**
 * Plays a plan, heals everything, waits for quiet, kills the server once more and reads what it has kept. The history is
 * with the recorder. Every process that it started has ended when it settles.
 *
 * @throws Error where a process ended by itself, or `aborted` did
 */
export const run = async (options: RunOptions): Promise<void> => {
  const { plan, folder, programs, recorder, leaseMs, aborted } = options
  const devices = [...plan.cast.devices, ...plan.cast.guests].map(({ name }) => name)
  const { servers, redis, replicas, partitions, cast } = plan
  if (redis === 'cluster') recorder.note('checker', toldShards({ replicas, partitions }))
  const shared = { servers, redis, replicas, partitions }
  const rig = await Rig.start({ folder, programs, recorder, ...shared, bots: cast.bots, devices, leaseMs })
  const town = new Town({ rig, recorder, cast: plan.cast })
  const ended = new AbortController()
  const untilEnded = { ...options, aborted: AbortSignal.any([aborted, ended.signal]) }
  try {
    await Promise.race([orDeath(runIn(rig, town, untilEnded), rig), rig.died, abortion(aborted)])
  } finally {
    // Where a process ended, nothing more of the plan is to start it again.
    ended.abort()
    await Promise.all([town.close(), rig.close()])
  }
}

const deathIsKnownWithinMs = 500

/** Whoever speaks to a process that ends may hear of it first: its death is the better reason. */
const orDeath = (running: Promise<void>, { died }: Rig): Promise<void> =>
  running.catch(async (error) => {
    await Promise.race([died, sleep(deathIsKnownWithinMs, undefined, { ref: false })])
    throw error
  })

const runIn = async (rig: Rig, town: Town, options: RunOptions): Promise<void> => {
  const { plan, recorder, progress, aborted } = options
  const phase = (phase: Phase) => recorder.note('checker', { what: 'phase', type: 'info', phase })
  await town.open()
  const nemesis = new Nemesis(rig, recorder)
  phase('faults')
  await play(options, town, nemesis)
  await nemesis.heal()
  phase('healed')
  progress('all is healed; waiting for quiet')
  const items = await untilQuiet({ ...options, rig, town, cast: plan.cast })
  await town.notePresence()
  if (items.length > 0) recorder.note('checker', { what: 'left-over', type: 'info', items })
  phase('quiet')
  // Nothing is to change any more between one look and the next.
  await Promise.all([town.close(), rig.stopBots()])
  aborted.throwIfAborted()
  await rig.startAnew()
  phase('restarted')
  await readAll(() => rig.serverPort, plan.cast, recorder)
  phase('end')
}

const progressEveryMs = 10_000

/** Carries out operations and faults, each in its time. */
const play = async ({ plan, recorder, progress, aborted }: RunOptions, town: Town, nemesis: Nemesis): Promise<void> => {
  const began = performance.now()
  const steps = [
    ...plan.ops.map(({ atMs, run: carryOut }) => ({ atMs, act: () => carryOut(town) })),
    ...plan.faults.map((fault) => ({ atMs: fault.atMs, act: () => nemesis.begin(fault) })),
  ].sort((one, other) => one.atMs - other.atMs)
  let told = 0
  for (const { atMs, act } of [...steps, { atMs: plan.durationMs, act: () => {} }]) {
    const waitMs = atMs - (performance.now() - began)
    if (waitMs > 0) await sleep(waitMs, undefined, { signal: aborted })
    act()
    if (atMs - told < progressEveryMs) continue
    told = atMs
    progress(`${Math.round(atMs / 1000)} of ${Math.round(plan.durationMs / 1000)} s, ${recorder.events.length} events`)
  }
}

const abortion = (aborted: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (aborted.aborted) reject(aborted.reason)
    aborted.addEventListener('abort', () => reject(aborted.reason), { once: true })
  })
