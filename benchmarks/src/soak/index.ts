import { setTimeout as sleep } from 'node:timers/promises'
import type { Rig } from '../load/rig.js'
import { daakia } from '../peers/daakia.js'
import type { Running } from '../peers/index.js'
import { type Sitting, withRig } from '../sitting.js'
import { withFolder } from '../temporary-folder.js'
import { memoryOf, type ServerMemory } from './memory.js'
import { resultOf, type SoakResult } from './result.js'
import { everySecond, Traffic } from './traffic.js'

export { describeSoak, type SoakResult } from './result.js'

export interface SoakOptions {
  sitting: Sitting
  /** How many hours' worth of messages. */
  hours: number
  say(text: string): void
}

const secondsPerHour = 3_600
const sampleCount = 25
/** Until then caches fill and code is compiled. */
const warmUpSamples = 5
const pollMs = 50
const patienceMs = 3_600_000

/** Sends Daakia the messages of a working day as fast as it takes them, and watches its memory. */
export const soak = (options: SoakOptions): Promise<SoakResult> =>
  withFolder(async (folder) => {
    const { sitting } = options
    const server = await daakia.start({ folder, core: sitting.cores?.server, certificate: undefined })
    try {
      return await withRig({ peer: daakia, server, sitting, patienceMs }, (rig) => run(rig, server, options))
    } finally {
      await server.stop()
    }
  })

const run = async (rig: Rig, server: Running, { hours, say }: SoakOptions): Promise<SoakResult> => {
  const startedMs = performance.now()
  const traffic = new Traffic(rig, Math.round(hours * secondsPerHour))
  const [samples] = await Promise.all([sample(rig, traffic, server, say), traffic.send()])
  return resultOf({
    hours,
    seconds: (performance.now() - startedMs) / 1000,
    messages: traffic.acknowledged,
    deliveries: traffic.delivered,
    visits: traffic.seconds * everySecond.visits,
    samples: samples.slice(warmUpSamples),
  })
}

/** Reads the memory at even distances in the traffic. */
const sample = async (rig: Rig, traffic: Traffic, server: Running, say: SoakOptions['say']) => {
  const samples: ServerMemory[] = []
  while (samples.length < sampleCount && !rig.closed) {
    await sleep(pollMs)
    if (traffic.seconds * sampleCount < traffic.total * (samples.length + 1)) continue
    const memory = await memoryOf(server)
    samples.push(memory)
    say(
      `${samples.length} of ${sampleCount}: ${Object.entries(memory)
        .map(([kind, bytes]) => `${kind} ${Math.round(bytes / 1024)} KiB`)
        .join(', ')}`,
    )
  }
  return samples
}
