import { once } from 'node:events'
import type { Rig } from '../load/rig.js'
import { daakia } from '../peers/daakia.js'
import type { Running } from '../peers/index.js'
import { type Sitting, withRig } from '../sitting.js'
import { withFolder } from '../temporary-folder.js'
import { costs } from './costs.js'
import { type Filled, fill } from './fill.js'
import { openings } from './openings.js'
import type { HistoryResult } from './result.js'

export { describeHistory } from './result.js'

export interface HistoryOptions {
  sitting: Sitting
  /** How many messages there are before anything is measured. */
  messages: number
  say(text: string): void
}

const patienceMs = 4 * 3_600_000
const starts = 3

/** Gives Daakia a long history, and measures what that costs: a message, the opening of an inbox, a start after a kill. */
export const history = (options: HistoryOptions): Promise<HistoryResult> =>
  withFolder(async (folder) => {
    const filled = await onServer(folder, options, (rig) => fill(rig, options))
    const measured = await onServer(folder, options, (rig) => measure(rig, filled))
    const startsMs: number[] = []
    for (let start = 0; start < starts; start++) startsMs.push(await startAfterKill(folder, options))
    return { ...filled, ...measured, startsMs }
  })

const measure = async (rig: Rig, filled: Filled) => ({
  ...(await costs(rig)),
  openingsMs: await openings(rig, filled.conversations),
})

const onServer = async <T>(folder: string, { sitting }: HistoryOptions, use: (rig: Rig) => Promise<T>): Promise<T> => {
  const server = await startServer(folder, sitting)
  try {
    return await withRig({ peer: daakia, server, sitting, patienceMs }, use)
  } finally {
    await server.stop()
  }
}

/** Kills a server in the middle of its work, and answers how long the next one took until it listened. */
const startAfterKill = async (folder: string, { sitting }: HistoryOptions): Promise<number> => {
  const killed = await startServer(folder, sitting)
  await withRig({ peer: daakia, server: killed, sitting, patienceMs }, (rig) => kill(rig, killed)).catch(
    () => undefined,
  )
  const startedAt = performance.now()
  const server = await startServer(folder, sitting)
  const tookMs = performance.now() - startedAt
  await server.stop()
  return tookMs
}

const kill = async (rig: Rig, server: Running): Promise<void> => {
  const working = costs(rig)
  const ended = once(server.child, 'exit')
  setTimeout(() => server.child.kill('SIGKILL'), 1_000)
  await Promise.race([working, ended])
  await ended
}

const startServer = (folder: string, { cores, profile }: Sitting): Promise<Running> =>
  daakia.start({ folder, core: cores?.server, certificate: undefined, profile })
