import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Program, program } from '../support/child.js'
import { tcpPeer } from '../support/doors.js'
import { type Peer, textOf } from '../support/peer.js'

let failing: Program
let server: Program
let folder: string

beforeAll(async () => {
  failing = await program('holding/fixtures/failing-flush.ts')
  server = await program('holding/fixtures/server.ts')
  folder = await mkdtemp(join(tmpdir(), 'daakia-'))
})

afterAll(async () => {
  await failing.remove()
  await server.remove()
  await rm(folder, { recursive: true })
})

const kept = { cleanStart: false, properties: { sessionExpiryInterval: 0xffffffff } }

const client = async (port: number, clientId: string, fields = {}): Promise<Peer> => {
  const peer = await tcpPeer(port)
  await peer.connect({ clientId, ...fields })
  return peer
}

/** Publishes one at a time as long as they are acknowledged; answers how many were. */
const publishUntilRefused = async (peer: Peer, limit: number): Promise<number> => {
  for (let number = 1; number <= limit; number++) {
    peer.publish('load', String(number), { qos: 1 })
    const answer = await peer.next()
    if (answer?.type !== 'puback' || answer.reasonCode >= 0x80) return number - 1
  }
  return limit
}

test('a flush that fails ends the server, which acknowledges nothing any more and has lost nothing it did', async () => {
  const child = failing.start(folder)
  const port = Number((await child.lines.next()).value)
  const keeper = await client(port, 'keeper', kept)
  await keeper.subscribe('load', { qos: 1 })
  await keeper.vanish()
  const ana = await client(port, 'ana')
  const acknowledged = await publishUntilRefused(ana, 20)
  expect(acknowledged).toBe(20)

  child.signal('SIGUSR2')
  expect((await child.lines.next()).value).toBe('broken')
  expect(await publishUntilRefused(ana, 20)).toBe(0)
  expect(JSON.parse((await child.lines.next()).value ?? '').message).toBe('The storage has failed: the process ends')
  await ana.closed
  expect(await child.ended).not.toBe(0)

  const again = server.start(folder)
  const returned = await client(Number((await again.lines.next()).value), 'keeper', kept)
  for (let number = 1; number <= acknowledged; number++)
    expect(textOf(await returned.expect('publish'))).toBe(String(number))
  await again.kill()
})
