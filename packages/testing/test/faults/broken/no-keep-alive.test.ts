import { expect, test, vi } from 'vitest'
import { harness } from '../../../src/index.js'
import { echo } from '../../support/bots.js'

const isBroken = vi.hoisted(() => ({ now: false }))

/** The server does not look whether a client is still there. */
vi.mock('../../../../server/src/connection-manager/keep-alive.js', async (original) => {
  const { KeepAlive } = await original<{ KeepAlive: new (...parts: unknown[]) => object }>()
  const silent = 2
  return {
    KeepAlive: class extends KeepAlive {
      constructor(...parts: unknown[]) {
        super(...parts.map((part, at) => (at === silent && isBroken.now ? () => {} : part)))
      }
    },
  }
})

/** The bot dies while its connection is half-open: only the server can notice that, before the lease ends. */
const dieInSilence = async () => {
  const chat = await harness({ bot: echo, keepAliveSeconds: 4 })
  const ana = chat.user('ana')
  try {
    await ana.says('hi')
    await ana.toHear('Hello.')
    chat.bot.connection.goesSilent()
    await ana.says('one')
    await chat.restartBot()
    await chat.advance('10s')
    await ana.toHear('You said "one".')
  } finally {
    await chat.close().catch(() => {})
  }
}

test('a server that never gives a half-open connection up is found by one that goes silent', async () => {
  isBroken.now = true
  await expect(dieInSilence()).rejects.toThrow(/^ana heard nothing\./)
  isBroken.now = false
  await dieInSilence()
})
