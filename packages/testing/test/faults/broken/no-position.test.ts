import { expect, test, vi } from 'vitest'
import { harness } from '../../../src/index.js'
import { echo } from '../../support/bots.js'
import { failureOf } from '../../support/failure-of.js'

/** Whoever comes back begins at the head of the inbox. */
vi.mock('../../../../client-sdk/src/client/inbox.js', async (original) => {
  const inbox = await original<{ Inbox: { prototype: object } }>()
  Object.defineProperty(inbox.Inbox.prototype, 'position', { get: () => undefined })
  return inbox
})

test('a device that is told nothing of what it missed is found', async () => {
  const chat = await harness({ bot: echo })
  const ana = chat.user('ana')
  const phone = ana.device('phone')
  await phone.toHearNothing()
  await phone.goesOffline()
  await ana.says('hi')
  await ana.toHear('Hello.')
  await phone.comesBack()
  const { message } = await failureOf(() => chat.toDeliverExactlyOnce())
  expect(message).toContain('lost: ana on phone has not heard message 2, echo: "Hello.", in ana~echo')
  await chat.close()
})
