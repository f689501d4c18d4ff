import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Program, program } from '../support/child.js'
import { Flooder } from './support/flooder.js'
import { kept, RunningServer } from './support/running-server.js'

const mebibyte = 1024 * 1024
const inbox = 'daak/conversations/+/messages'

/** What was said last is at hand for whoever reads it: some 44 MiB. */
const bound = 64 * mebibyte
const payloadBytes = 8_192
/** Far more than the bound. */
const count = 16_384

let server: Program
let folder: string
let running: RunningServer

beforeAll(async () => {
  server = await program('holding/fixtures/server.ts')
})

afterAll(() => server.remove())

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daakia-'))
  running = await RunningServer.start(server, folder)
})

afterEach(async () => {
  await running.child.kill()
  await rm(folder, { recursive: true })
})

describe('A conversation whose reader is behind', () => {
  it('costs the server a cursor, and not what was said', { timeout: 60_000 }, async () => {
    const username = 'reader'
    const stopped = await running.client('stopped', { username })
    await stopped.subscribe(inbox, { qos: 0 })
    const silent = await running.client('silent', { username })
    await silent.subscribe(inbox, { qos: 1 })
    const away = await running.client('away', { username, ...kept })
    await away.subscribe(inbox, { qos: 1 })
    stopped.stream.pause()
    silent.stream.pause()
    await away.vanish()
    const before = await running.held()
    const flooder = await Flooder.connect(running.port, 'flooder')
    await flooder.flood({ topic: 'daak/to/reader', qos: 1, payloadBytes, count })
    expect((await running.held()) - before).toBeLessThan(bound)
    flooder.end()
    const back = await running.client('away', { username, ...kept })
    expect((await back.expect('publish')).properties?.userProperties).toContainEqual(['seq', '1'])
  })
})
