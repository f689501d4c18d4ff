import type { PublishPacket } from '@daakia/protocol/mqtt'
import { expect, test } from 'vitest'
import type { Membership } from '../../src/broker/exchange/membership.js'
import type { LiveSession } from '../../src/broker/exchange/port.js'
import { createSpeak } from '../../src/broker/exchange/speak.js'
import { Gate } from '../support/gate.js'
import { ManualClock } from '../support/manual-clock.js'

test('what waits to be taken is not, when something before it was refused for now and its connection ends', async () => {
  const gate = new Gate()
  const appended: unknown[] = []
  const forSpeaker = async () => {
    await gate.pass()
    return ['ana', 'ben']
  }
  const speak = createSpeak({
    store: { append: async (...message) => ({ seq: appended.push(message), at: 0, isNew: true }) as never },
    membership: { forSpeaker } as unknown as Membership,
    clock: new ManualClock(),
    makeId: () => 'id',
  })
  const session = { name: { vendor: 'acme', client: 'ana', connection: 'old' }, version: 4, refusedForNow: false }
  const packet = { type: 'publish', payload: new Uint8Array(), retain: false } as unknown as PublishPacket
  const spoken = speak(session as unknown as LiveSession, 'ana~ben', { packet, messageId: undefined })
  await gate.reached
  session.refusedForNow = true
  gate.open()
  await expect(spoken).rejects.toMatchObject({ name: 'Refusal', options: { passing: true } })
  expect(appended).toEqual([])
})
