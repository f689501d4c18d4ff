import { expect, test, vi } from 'vitest'
import { harness } from '../../../src/index.js'
import { echo } from '../../support/bots.js'

vi.setConfig({ testTimeout: 120_000 })

/** What is acknowledged is in the memory of the process, and on no disk. */
const forgetful = [
  {
    module: 'program/server.ts',
    text: 'import { createServer,',
    instead: 'import { createServer, memoryKeyValue,',
  },
  { module: 'program/server.ts', text: 'storage: { folder }', instead: 'storage: memoryKeyValue()' },
]

const isBroken = vi.hoisted(() => ({ now: false }))

vi.mock('../../support/program-files.js', async (original) => {
  const { bundled } = await original<typeof import('../../support/program-files.js')>()
  return { programFiles: () => bundled(isBroken.now ? forgetful : []) }
})

const modules = [new URL('../../support/bots.ts', import.meta.url)]

/** The server dies as soon as it has acknowledged a message. */
const dieAfterAcknowledgement = async () => {
  await using chat = await harness({ bot: echo, transport: 'process', modules })
  const ana = chat.user('ana')
  ana.ignoresTheRest()
  await ana.sends('hi')
  await chat.restartServer()
  await chat.toDeliverExactlyOnce()
}

test('a server that acknowledges what only its memory has is found, as its process dies', async () => {
  isBroken.now = true
  await expect(dieAfterAcknowledgement()).rejects.toThrow(
    /lost: "hi" of ana, which the server has acknowledged, is not in ana~echo/,
  )
})

test('the server as it is has stored what it has acknowledged', async () => {
  isBroken.now = false
  await dieAfterAcknowledgement()
})
