import { type CallEnded, cancelMethod, RpcCode, type ServiceInfo, topics } from '@daakia/protocol'
import { expect, test } from 'vitest'
import { Instance, type InstanceFields } from '../../services/support/instance.js'
import { type Client, propertyOf } from '../../support/client.js'
import type { Connecting } from '../../support/connecting.js'
import { nodesOn } from '../../support/nodes.js'
import { textOf } from '../../support/peer.js'
import { sharedRedis } from '../../support/redis/index.js'

const redis = sharedRedis()
const bytes = (text: string) => new TextEncoder().encode(text)

/** Two nodes, and a person on the first who has heard of what is served on either. */
const open = async () => {
  const start = nodesOn(redis)
  const [one, two] = [await start(), await start()]
  const ana = await one.client('ana')
  await ana.subscribe(ana.replies)
  const watcher = await one.client('ben')
  await watcher.subscribe('daak/services/orders')
  const told = async (wanted: Partial<ServiceInfo>): Promise<void> => {
    for (;;) {
      const text = textOf(await watcher.hears())
      const info: Partial<ServiceInfo> = text === '' ? { instances: 0 } : JSON.parse(text)
      if (Object.entries(wanted).every(([name, value]) => info[name as keyof ServiceInfo] === value)) return
    }
  }
  return { start, one, two, ana, told }
}

const serve = (node: Connecting, connection: string, fields: InstanceFields = {}) =>
  Instance.connect(node, 'orders', { connection, ...fields })

const callAs = (caller: Client, correlation: string, fields: { timeout?: string } = {}) =>
  caller.say('daak/rpc/orders/ship', '{"id":7}', {
    mqtt: { responseTopic: caller.replies, correlationData: bytes(correlation) },
    properties: Object.entries(fields),
  })

test('a caller on one node is answered by an instance on another, which learns who asks and no more', async () => {
  const { two, ana, told } = await open()
  const orders = await serve(two, 'orders-2')
  await told({ service: 'orders', instances: 1 })
  const puback = await callAs(ana, 'c-1', { timeout: '5000' })
  expect(puback.reasonCode).toBe(0)
  const called = await orders.called()
  expect(textOf(called)).toBe('{"id":7}')
  expect(propertyOf(called, 'from')).toBe('ana')
  expect(Number(propertyOf(called, 'timeout'))).toBeLessThanOrEqual(5_000)
  expect(called.properties?.correlationData).toEqual(bytes('c-1'))
  expect(called.properties?.responseTopic).toMatch(/^daak\/replies\/ana\/[0-9a-z]+-1$/)
  expect((await orders.answer(called, { result: 'shipped' })).reasonCode).toBe(0)
  const answer = await ana.hears()
  expect(answer.topic).toBe(ana.replies)
  expect(answer.properties?.correlationData).toEqual(bytes('c-1'))
  expect(JSON.parse(textOf(answer))).toEqual({ result: 'shipped' })
})

test('calls are shared among the nodes by what their instances take, each is given once, and the rest waits', async () => {
  const { one, two, ana, told } = await open()
  const here = await serve(one, 'orders-1', { announces: { capacity: '1' } })
  const there = await serve(two, 'orders-2', { announces: { capacity: '3' } })
  await told({ instances: 2 })
  const answers = Array.from({ length: 8 }, () => ana.call('orders/ship', {}))
  const first = [await here.called(), await there.called(), await there.called(), await there.called()]
  expect(here.client.takeUnheard()).toEqual([])
  expect(there.client.takeUnheard()).toEqual([])
  // Room on the other node is filled from what waits on this one.
  for (const called of first.slice(1)) await there.answer(called, { result: 'there' })
  const more = [await there.called(), await there.called(), await there.called()]
  for (const called of more) await there.answer(called, { result: 'there' })
  const last = await there.called()
  await there.answer(last, { result: 'there' })
  await here.answer(first[0] as (typeof first)[0], { result: 'here' })
  const results = (await Promise.all(answers)).map((answer) => (answer as { result: string }).result)
  expect(results.filter((result) => result === 'here')).toHaveLength(1)
  expect(results.filter((result) => result === 'there')).toHaveLength(7)
})

test('a call goes to the node whose instances have its method', async () => {
  const { one, two, ana, told } = await open()
  await serve(one, 'orders-1', { announces: { methods: '{"cancel":{}}' } })
  const there = await serve(two, 'orders-2', { announces: { methods: '{"ship":{}}', version: '2' } })
  await told({ instances: 2, version: '2' })
  const answer = ana.call('orders/ship', {})
  await there.answer(await there.called(), { result: 'shipped' })
  expect(await answer).toEqual({ result: 'shipped' })
  expect(await ana.call('orders/fly', {})).toMatchObject({ error: { code: RpcCode.MethodNotFound } })
})

test('services/list and daak/services/+ are about the whole server, and nothing is left of what is gone', async () => {
  const { start, one, two, ana, told } = await open()
  await serve(one, 'orders-1', { announces: { version: '1' } })
  const there = await serve(two, 'orders-2', { announces: { version: '2' } })
  await told({ instances: 2, version: '2' })
  const listed = { services: expect.arrayContaining([{ service: 'orders', instances: 2, version: '2' }]) }
  expect(await ana.call('services/list', {})).toMatchObject({ result: listed })
  const three = await start()
  const eve = await three.client('eve')
  await eve.subscribe(eve.replies)
  expect(await eve.call('services/list', {})).toMatchObject({ result: listed })
  await there.client.disconnect()
  await told({ instances: 1, version: '1' })
})

test('a caller that cancels, waits no longer, or leaves is not waited for by an instance on another node', async () => {
  const { one, two, ana, told } = await open()
  const orders = await serve(two, 'orders-2')
  await told({ instances: 1 })
  const endOf = async () => (JSON.parse(textOf(await orders.called())) as CallEnded).reason

  await callAs(ana, 'cancelled')
  await orders.called()
  await ana.say(topics.rpc('orders', cancelMethod), '', { mqtt: { correlationData: bytes('cancelled') } })
  expect(await endOf()).toBe('cancelled')
  expect(JSON.parse(textOf(await ana.hears()))).toMatchObject({ error: { code: RpcCode.Cancelled } })

  await callAs(ana, 'late', { timeout: '50' })
  const late = await orders.called()
  expect(await endOf()).toBe('timeout')
  expect(JSON.parse(textOf(await ana.hears()))).toMatchObject({ error: { code: RpcCode.TimedOut } })
  expect((await orders.answer(late, { result: 1 })).reasonCode).toBe(0x10)

  const ben = await one.client('eve')
  await ben.subscribe(ben.replies)
  await callAs(ben, 'left')
  await orders.called()
  await ben.vanish()
  expect(await endOf()).toBe('disconnected')
})

test('an instance that vanishes on another node is told to its caller', async () => {
  const { two, ana, told } = await open()
  const orders = await serve(two, 'orders-2')
  await told({ instances: 1 })
  const answer = ana.call('orders/ship', {})
  await orders.called()
  await orders.client.vanish()
  expect(await answer).toMatchObject({ error: { code: RpcCode.InstanceLost } })
  await told({ instances: 0 })
  expect(await ana.call('orders/ship', {})).toMatchObject({ error: { code: RpcCode.NoInstance } })
})

test('a call whose instance’s node is lost is answered within seconds, and so is what it serves when it is back', async () => {
  const { two, ana, told } = await open()
  const orders = await serve(two, 'orders-2')
  await told({ instances: 1 })
  const answer = ana.call('orders/ship', {})
  await orders.called()
  two.cable.cut()
  expect(await answer).toMatchObject({ error: { code: RpcCode.InstanceLost } })
  await told({ instances: 0 })
  two.cable.mend()
  await told({ instances: 1 })
  const again = ana.call('orders/ship', {})
  // The first one’s caller was gone, as far as this node knows.
  let called = await orders.called()
  if (called.topic === topics.rpc('orders', cancelMethod)) called = await orders.called()
  await orders.answer(called, { result: 'shipped' })
  expect(await again).toEqual({ result: 'shipped' })
})

test('an instance is told that nobody waits when the node of its caller is lost', async () => {
  const { one, two, ana, told } = await open()
  const orders = await serve(two, 'orders-2')
  await told({ instances: 1 })
  await callAs(ana, 'c')
  await orders.called()
  one.cable.cut()
  const ended = await orders.called()
  expect(ended.topic).toBe(topics.rpc('orders', cancelMethod))
  expect(JSON.parse(textOf(ended))).toEqual({ reason: 'disconnected' })
})
