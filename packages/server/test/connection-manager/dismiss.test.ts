import { ReasonCode } from '@daakia/protocol/mqtt'
import { expect, onTestFinished, test } from 'vitest'
import type { Exchange, PublishOutcome } from '../../src/broker/exchange/port.js'
import { openHouse } from '../support/house.js'

const never = new Promise<void>(() => {})

test('who is sent away gets the answers to what it has sent first, and then why', async () => {
  let began = () => {}
  let answer = (_: PublishOutcome) => {}
  const published = new Promise<void>((resolve) => {
    began = resolve
  })
  const exchange: Exchange = {
    publish: () => {
      began()
      return new Promise((resolve) => {
        answer = resolve
      })
    },
    subscribe: async () => ({ reasonCode: 0x8f }),
    unsubscribe: async () => false,
    resume: async () => {},
    attach: () => {},
    detach: () => {},
  }
  const house = await openHouse({ exchange })
  onTestFinished(() => house.close())
  const ana = await house.connect('ana')
  ana.publish('daak/to/ben', 'just in time', { qos: 1, packetId: 1 })
  await published
  house.manager.redirect()
  await house.manager.sendAway({ spreadMs: 0, patienceMs: 0 }, never)
  // What comes now is not read: it is sent again, elsewhere.
  ana.publish('daak/to/ben', 'too late', { qos: 1, packetId: 2 })
  answer({ reasonCode: ReasonCode.Success })
  expect(await ana.next()).toMatchObject({ type: 'puback', packetId: 1, reasonCode: 0 })
  expect(await ana.next()).toMatchObject({ type: 'disconnect', reasonCode: ReasonCode.UseAnotherServer })
  expect(await ana.next()).toBeUndefined()
})
