import { setTimeout as sleep } from 'node:timers/promises'
import type { Rig } from '../load/rig.js'
import { memoryBytes, openFilesLimit } from '../proc.js'
import type { Scenario } from './port.js'

const wanted = 10_000
/** What a server has allocated for its first connections it does not allocate again. */
const firstConnections = 500
/** Files that server and load have open beside their connections. */
const reserveFiles = 500
const sampleMs = 500
const steadySamples = 2
const samplesLimit = 10
const steadyShare = 0.005

/** Ten thousand clients that subscribe to a topic of their own and are silent: what the server's memory grows by. */
export const idle: Scenario = {
  name: 'idle',
  needs: [],
  measure: async (rig) => {
    const count = Math.min(wanted, openFilesLimit(rig.pid) - firstConnections - reserveFiles)
    await connect(rig, firstConnections, 'first')
    const before = await steadyMemory(rig)
    await connect(rig, count, 'idle')
    const after = await steadyMemory(rig)
    const notes = count < wanted ? [`${count} connections: the limit of open files allows no more`] : []
    const value = (after - before) / count / 1024
    return [{ row: 'memory per idle subscribed connection', value, unit: 'KiB', better: 'less', notes }]
  },
}

const connect = (rig: Rig, count: number, prefix: string) =>
  rig.openMany(count, prefix, (link, index) => link.subscribe([`idle/${prefix}/${index}`], 0))

/** What is resident without garbage, once it no longer changes. */
const steadyMemory = async (rig: Rig): Promise<number> => {
  await rig.options.server.collect?.()
  let last = residentBytes(rig.pid)
  for (let samples = 0, steady = 0; samples < samplesLimit && steady < steadySamples; samples++) {
    await sleep(sampleMs)
    const now = residentBytes(rig.pid)
    steady = Math.abs(now - last) < last * steadyShare ? steady + 1 : 0
    last = now
  }
  return last
}

const residentBytes = (pid: number): number => {
  const bytes = memoryBytes(pid, 'VmRSS')
  if (bytes === undefined) throw new Error('memory is read from /proc, which this system does not have')
  return bytes
}
