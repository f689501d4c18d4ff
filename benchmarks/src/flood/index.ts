import type { Socket } from 'node:net'
import type { Rig } from '../load/rig.js'
import { daakia } from '../peers/daakia.js'
import { memoryBytes } from '../proc.js'
import { type Sitting, withRig } from '../sitting.js'
import { withFolder } from '../temporary-folder.js'
import { bystanders, type Waits } from './bystanders.js'
import { Flooder } from './flooder.js'
import { rawClient } from './raw-client.js'

export { describeFlood } from './result.js'

/** What one flood did to the server and to the others on it. */
export interface FloodResult {
  reader: string
  seconds: number
  published: number
  /** Bytes that the reader of the flood got meanwhile. */
  readBytes: number
  waits: Waits
  /** Of the same messages right before, without a flood. */
  waitsBefore: Waits
  memoryBefore: number
  memoryHighest: number
}

export interface FloodOptions {
  sitting: Sitting
  say(text: string): void
}

const topic = 'flood'
const payload = Buffer.alloc(1_024, 'x')
const messagesPerBatch = 64
const slowReadMs = 100
const sampleMs = 100
const restMs = 2_000
const quietSeconds = 10

/** How the one for whom the flood is reads it. */
const readers: Record<string, (socket: Socket) => () => void> = {
  'stops reading': (socket) => {
    socket.pause()
    return () => undefined
  },
  'reads slowly': (socket) => {
    socket.pause()
    const timer = setInterval(() => socket.read(), slowReadMs)
    return () => clearInterval(timer)
  },
}

/** Floods Daakia with publishes of QoS 0 for a reader that does not keep up, and times what others say meanwhile. */
export const flood = async (options: FloodOptions): Promise<FloodResult[]> => {
  const results: FloodResult[] = []
  for (const reader of Object.keys(readers)) {
    options.say(`The reader ${reader}.`)
    results.push(await withFolder((folder) => floodOne(folder, reader, options)))
  }
  return results
}

const floodOne = async (folder: string, reader: string, { sitting }: FloodOptions): Promise<FloodResult> => {
  const { cores, profile, seconds } = sitting
  const server = await daakia.start({ folder, core: cores?.server, certificate: undefined, profile })
  try {
    const patienceMs = (seconds + 60) * 1000
    return await withRig({ peer: daakia, server, sitting, patienceMs }, (rig) => run(rig, reader, seconds))
  } finally {
    await server.stop()
  }
}

const run = async (rig: Rig, reader: string, seconds: number): Promise<FloodResult> => {
  const { port, dialect } = rig
  await bystanders(rig, 'warm', 1)
  const waitsBefore = await bystanders(rig, 'before', Math.min(quietSeconds, seconds))
  const slow = await rawClient({ port, dialect, name: 'reader', subscribes: { filter: topic, qos: 0 } })
  const readBefore = slow.bytesRead
  const stopReading = readers[reader]?.(slow)
  const socket = await rawClient({ port, dialect, name: 'flooder' })
  const memory = watchMemory(rig.pid)
  const flooder = new Flooder(socket, batchOf(rig))
  const waits = await bystanders(rig, 'else', seconds).finally(() => flooder.stop())
  stopReading?.()
  await new Promise((resolve) => setTimeout(resolve, restMs))
  const { before, highest } = memory.stop()
  const readBytes = slow.bytesRead - readBefore
  slow.destroy()
  const { published } = flooder
  return { reader, seconds, published, readBytes, waits, waitsBefore, memoryBefore: before, memoryHighest: highest }
}

const batchOf = ({ dialect }: Rig) => {
  const one = dialect.publish({ topic, payload, qos: 0 })
  return { bytes: Buffer.concat(Array.from({ length: messagesPerBatch }, () => one)), messages: messagesPerBatch }
}

const watchMemory = (pid: number) => {
  const resident = () => memoryBytes(pid, 'VmRSS') ?? 0
  const before = resident()
  let highest = before
  const timer = setInterval(() => {
    highest = Math.max(highest, resident())
  }, sampleMs)
  return {
    stop() {
      clearInterval(timer)
      return { before, highest: Math.max(highest, resident()) }
    },
  }
}
