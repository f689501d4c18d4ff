import { setTimeout as sleep } from 'node:timers/promises'
import { type Certificate, makeCertificate } from './certificate.js'
import { Rig } from './load/rig.js'
import type { Peer, Running } from './peers/index.js'
import type { Cores } from './processes.js'
import type { Reading, Scenario } from './scenarios/index.js'
import { withFolder } from './temporary-folder.js'

export interface Sitting {
  cores: Cores | undefined
  seconds: number
  /** Where the servers that run on Node write CPU profiles. */
  profile: string | undefined
  /** Ends what is being measured. */
  aborted: AbortSignal
}

/** What came of one scenario with one peer. */
export interface Outcome {
  scenario: string
  peer: string
  readings: readonly Reading[]
  /** Why there are no readings. */
  problem?: string
}

const warmUpSeconds = 1
/** A server that takes longer than this over one scenario is given up. */
const patienceMs = 180_000

/** Measures one scenario with one peer, whose server is started for it. What goes wrong is told in the outcome. */
export const measure = async (scenario: Scenario, peer: Peer, sitting: Sitting): Promise<Outcome> => {
  const outcome = { scenario: scenario.name, peer: peer.name }
  try {
    const readings = await withFolder((folder) => inFolder(folder, scenario, peer, sitting))
    return { ...outcome, readings }
  } catch (error) {
    sitting.aborted.throwIfAborted()
    return { ...outcome, readings: [], problem: (error as Error).message }
  }
}

const inFolder = async (folder: string, scenario: Scenario, peer: Peer, sitting: Sitting): Promise<Reading[]> => {
  const certificate = scenario.secure ? await makeCertificate(folder) : undefined
  const server = await peer.start({ folder, core: sitting.cores?.server, certificate, profile: sitting.profile })
  try {
    return await withRig({ peer, server, certificate, sitting }, (rig) => scenario.measure(rig))
  } finally {
    await server.stop()
  }
}

export interface RigPlan {
  peer: Peer
  server: Running
  certificate?: Certificate | undefined
  sitting: Sitting
  /** How long `use` may take; three minutes where it is absent. */
  patienceMs?: number
}

/** Gives `use` a rig until it is done, or the server dies, a connection breaks, or time is up. */
export const withRig = async <T>(plan: RigPlan, use: (rig: Rig) => Promise<T>): Promise<T> => {
  const { peer, server, certificate, sitting } = plan
  const { seconds, cores, aborted } = sitting
  const rig = new Rig({ peer, server, ca: certificate?.certificate, seconds, warmUpSeconds, loadCore: cores?.load })
  const ended = new AbortController()
  const limits = AbortSignal.any([aborted, ended.signal])
  try {
    return await Promise.race([use(rig), server.died, rig.broken, timeUp(plan.patienceMs ?? patienceMs, limits)])
  } finally {
    rig.close()
    ended.abort()
  }
}

const timeUp = async (ms: number, signal: AbortSignal): Promise<never> => {
  await sleep(ms, undefined, { signal })
  throw new Error(`gave up after ${Math.round(ms / 1000)} s`)
}
