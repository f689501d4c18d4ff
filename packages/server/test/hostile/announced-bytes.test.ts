import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createConnection, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { RunningServer } from '../holding/support/running-server.js'
import { type Program, program } from '../support/child.js'
import { MemoryOf } from '../support/memory-of.js'
import { bytes, connect5, type Part, properties } from '../support/wire.js'

const mebibyte = 1024 * 1024
const connections = 200
/** What a server that was just started may need for its own code and heap. All that is sent here is almost four times as much. */
const ownGrowthBytes = 80 * mebibyte

let server: Program
let folder: string
let running: RunningServer

beforeAll(async () => {
  server = await program('holding/fixtures/server.ts')
  folder = await mkdtemp(join(tmpdir(), 'daakia-'))
})

afterEach(() => running.child.kill())

afterAll(async () => {
  await server.remove()
  await rm(folder, { recursive: true })
})

const open = async (): Promise<Socket> => {
  const socket = createConnection(running.port, '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/** Resolves when the server has cut the connection, as early as that may be. */
const sendUntilCut = (sent: Uint8Array): Promise<void> =>
  new Promise((resolve) => {
    const socket = createConnection(running.port, '127.0.0.1', () => socket.resume().write(sent))
    socket.on('error', () => {})
    socket.once('close', () => resolve())
  })

const openMany = (): Promise<Socket[]> => Promise.all(Array.from({ length: connections }, open))

/** Sends it on every connection; resolves when the server has come to read it. */
const sendOnAll = async (sockets: readonly Socket[], sent: Uint8Array): Promise<void> => {
  await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => void socket.write(sent, () => resolve()))))
  // Whoever comes after them is answered after them.
  await (await running.client('latecomer')).heard()
}

/** Memory for bytes, outside of the heap, whether it was touched yet or not. */
const memory = () => running.metric(/^nodejs_external_memory_bytes /)

/** A packet that says it is so large, and brings only its beginning. */
const beginningOf = (firstByte: number, sizeBytes: number, ...beginning: readonly Part[]): Uint8Array =>
  bytes(
    firstByte,
    0x80 | (sizeBytes & 0x7f),
    0x80 | ((sizeBytes >> 7) & 0x7f),
    0x80 | ((sizeBytes >> 14) & 0x7f),
    sizeBytes >> 21,
    ...beginning,
  )

test('memory for a CONNECT is allocated as its bytes arrive, never as they are announced', async () => {
  running = await RunningServer.start(server, folder, { connectBytes: 16 * mebibyte, packetSizeBytes: 16 * mebibyte })
  const sockets = await openMany()
  const before = await memory()
  await sendOnAll(sockets, beginningOf(0x10, 15 * mebibyte, 'MQTT', 5, 2))
  expect((await memory()) - before).toBeLessThan(connections * 0.1 * mebibyte)
})

test('memory for a PUBLISH is allocated as its bytes arrive, never as they are announced', async () => {
  running = await RunningServer.start(server, folder, { packetSizeBytes: 16 * mebibyte })
  const sockets = await openMany()
  const welcomed = Promise.all(sockets.map((socket) => once(socket, 'data')))
  for (const [n, socket] of sockets.entries()) socket.write(connect5(2, properties(), `c${n}`))
  await welcomed
  const before = await memory()
  await sendOnAll(sockets, beginningOf(0x30, 15 * mebibyte, 'topic', 0))
  expect((await memory()) - before).toBeLessThan(connections * 0.1 * mebibyte)
})

test('all who have not connected yet have no more together than their places may have', async () => {
  const limits = {
    connectBytes: 512 * 1024,
    packetSizeBytes: 512 * 1024,
    unconnectedStreams: 20,
    connectTimeoutMs: 1_000,
  }
  running = await RunningServer.start(server, folder, limits)
  const memory = new MemoryOf(running.child.pid)
  const almostAll = limits.connectBytes - 1_024
  const sent = Buffer.concat([beginningOf(0x10, almostAll, 'MQTT', 5, 2), Buffer.alloc(almostAll - 64)])
  // Those without a place are cut at once, and the others when their time is over.
  await Promise.all(Array.from({ length: 3 * connections }, () => sendUntilCut(sent)))
  expect(memory.highestGrowth).toBeLessThan(limits.unconnectedStreams * limits.connectBytes * 2 + ownGrowthBytes)
})
