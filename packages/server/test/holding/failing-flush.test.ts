import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Program, program } from '../support/child.js'
import { type Peer, textOf } from '../support/peer.js'
import { kept, RunningServer } from './support/running-server.js'

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
  const running = await RunningServer.start(failing, folder)
  const keeper = await running.client('keeper', kept)
  await keeper.subscribe('load', { qos: 1 })
  await keeper.vanish()
  const ana = await running.client('ana')
  const acknowledged = await publishUntilRefused(ana, 20)
  expect(acknowledged).toBe(20)

  await running.tellsAfter('SIGUSR2', 'Flushes fail')
  expect(await publishUntilRefused(ana, 20)).toBe(0)
  await ana.closed
  expect(await running.child.ended).not.toBe(0)
  expect(running.logged).toContain('The storage has failed: the process ends')

  const again = await RunningServer.start(server, folder)
  const returned = await again.client('keeper', kept)
  for (let number = 1; number <= acknowledged; number++)
    expect(textOf(await returned.expect('publish'))).toBe(String(number))
})
