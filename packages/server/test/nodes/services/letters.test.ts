import { setImmediate as turn } from 'node:timers/promises'
import { RpcCode } from '@daakia/protocol'
import { expect, test } from 'vitest'
import { createActivity } from '../../../src/activity.js'
import { type CallContent, Services } from '../../../src/backend/services/index.js'
import { PacedSender } from '../../../src/broker/exchange/paced.js'
import type { Delivery, LiveSession } from '../../../src/broker/exchange/port.js'
import { noCounts } from '../../../src/counters.js'
import { ManualClock } from '../../support/manual-clock.js'
import { peersInMemory } from '../../support/peers.js'

/** Letters, and what comes of them. */
const settled = async () => {
  for (let i = 0; i < 6; i++) await turn()
}

const connection = (client: string) => {
  const got: Delivery[] = []
  const session = {
    name: { vendor: 'acme', client, connection: client },
    closed: false,
    send: (delivery: Delivery) => got.push(delivery) > 0,
  } as unknown as LiveSession
  return { got, session }
}

const open = async (count = 2) => {
  const clock = new ManualClock()
  const server = peersInMemory()
  let tokens = 0
  const nodes = Array.from({ length: count }, () => {
    const peers = server.join()
    const services = new Services({
      ...{ peers, clock, counters: noCounts(), sender: new PacedSender(createActivity()) },
      limits: { callsPerInstance: 2, waitingCallsPerService: 1, waitingCallBytesPerService: 1_000 },
      makeToken: () => `t${++tokens}`,
      changed: () => {},
    })
    return { peers, services }
  })
  await settled()
  const ana = connection('ana')
  const answers: unknown[] = []
  const call = (of = nodes[0] as (typeof nodes)[0]) =>
    of.services.call({
      ...{ caller: ana.session, service: 'orders', method: 'ship', timeoutMs: 1_000 },
      ...{ content: { payload: new Uint8Array(), userProperties: [] }, correlationData: undefined },
      answered: ({ payload }: CallContent) => answers.push(JSON.parse(Buffer.from(payload).toString())),
    })
  const serve = ({ services }: (typeof nodes)[0], capacity = 1) => {
    const instance = connection('orders')
    services.join(instance.session, 'orders', { qos: 1, announcement: { capacity } })
    return instance
  }
  const [one, two, three] = nodes as [(typeof nodes)[0], (typeof nodes)[0], (typeof nodes)[0]]
  return { clock, one, two, three, ana, answers, call, serve }
}

const code = (answer: unknown) => (answer as { error: { code: number } }).error.code

test('a call whose letter was lost ends by its timeout, and is given to nobody', async () => {
  const { clock, one, two, answers, call, serve } = await open()
  const orders = serve(two)
  await settled()
  one.peers.cutOff()
  expect(call()).toBe('taken')
  await settled()
  clock.advance(999)
  expect(answers).toEqual([])
  clock.advance(1)
  expect(answers.map(code)).toEqual([RpcCode.TimedOut])
  one.peers.rejoin()
  await settled()
  expect(orders.got).toEqual([])
})

test('a call whose instance has gone while it was on its way goes to another, and to none if there is none', async () => {
  const { one, two, three, answers, call, serve } = await open(3)
  const gone = serve(two)
  await settled()
  const other = serve(three)
  await settled()
  const first = serve(one)
  expect(call()).toBe('taken')
  expect(first.got).toHaveLength(1)
  call()
  two.services.detach(gone.session)
  await settled()
  expect([gone.got.length, other.got.length]).toEqual([0, 1])
  one.services.detach(first.session)
  call()
  three.services.detach(other.session)
  await settled()
  // Each by what became of it: with an instance that vanished, or without any.
  expect(answers.map(code).sort()).toEqual([RpcCode.InstanceLost, RpcCode.InstanceLost, RpcCode.NoInstance].sort())
})

test('what was announced, or taken back, while a node could not be heard is known when it is heard again', async () => {
  const { one, two, call, serve } = await open()
  const old = serve(two)
  await settled()
  expect(one.services.info('acme', 'orders')).toMatchObject({ instances: 1 })
  two.peers.cutOff()
  two.services.detach(old.session)
  two.services.join(connection('bills').session, 'bills', { qos: 1, announcement: {} })
  await settled()
  two.peers.rejoin()
  await settled()
  expect([...one.services.names('acme')]).toEqual(['bills'])
  expect(call()).toBe('nobody')
})

test('where too many calls wait on the node of the instance, the caller is told so by the answer', async () => {
  const { one, two, three, answers, call, serve } = await open(3)
  const orders = serve(two)
  await settled()
  // Each of the others believes that there is room.
  call(one)
  call(three)
  two.services.call({
    ...{ caller: connection('ben').session, service: 'orders', method: 'ship', timeoutMs: 1_000 },
    ...{ content: { payload: new Uint8Array(), userProperties: [] }, correlationData: undefined, answered: () => {} },
  })
  await settled()
  expect(orders.got).toHaveLength(1)
  expect(answers.map(code)).toEqual([RpcCode.Busy])
})

test('who has heard of several nodes gives to the one that has least to do for what it takes', async () => {
  const { one, two, three, call, serve } = await open(3)
  const [small, large] = [serve(two, 1), serve(three, 3)]
  await settled()
  for (let i = 0; i < 4; i++) call(one)
  await settled()
  expect([small.got.length, large.got.length]).toEqual([1, 3])
})
