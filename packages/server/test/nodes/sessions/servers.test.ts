import { expect, test } from 'vitest'
import { nodesOn } from '../../support/nodes.js'
import { textOf } from '../../support/peer.js'
import { sharedRedis } from '../../support/redis/index.js'
import { until } from './talk.js'

const redis = sharedRedis()
const kept = { cleanStart: false, properties: { sessionExpiryInterval: 3600 } }

test('plain messages of every QoS go from server to server, and a session does', async () => {
  const start = nodesOn(redis)
  const [one, two] = [await start(), await start()]
  const [ana, ben] = [await one.client('ana', { ...kept, connection: 'phone' }), await two.client('ben')]
  await ana.subscribe('room/#', { qos: 1 })
  for (const qos of [0, 1] as const) {
    ben.send('room/a', `at ${qos}`, { qos })
    expect(textOf(await ana.hears())).toBe(`at ${qos}`)
  }
  await ana.disconnect()
  await until(async () => (await ben.say('room/a', 'meanwhile')).reasonCode === 0)
  const back = await two.client('ana', { ...kept, connection: 'phone' })
  expect(back.connack.sessionPresent).toBe(true)
  expect(textOf(await back.hears())).toBe('meanwhile')
  const third = await start()
  await (await third.client('eve')).say('room/b', 'from a third')
  await until(() => back.takeUnheard().some((message) => textOf(message) === 'from a third'))
})

test('what is published at QoS 1 while a server cannot be reached for a moment arrives there', async () => {
  const start = nodesOn(redis)
  const [one, two] = [await start(), await start()]
  const [ana, ben] = [await one.client('ana'), await two.client('ben')]
  await ana.subscribe('room', { qos: 1 })
  one.cable.cut()
  const answered = ben.say('room', 'are you there?')
  await new Promise((resolve) => setImmediate(resolve))
  one.cable.mend()
  expect((await answered).reasonCode).toBe(0)
  expect(textOf(await ana.hears())).toBe('are you there?')
})

test('of a server that is gone another one parts the sessions, says the wills, and goes on', async () => {
  const start = nodesOn(redis)
  const [one, two] = [await start(), await start()]
  const watcher = await two.client('watcher')
  await watcher.subscribe('gone')
  const will = { topic: 'gone', payload: new TextEncoder().encode('ana'), qos: 1 as const, retain: false }
  const ana = await one.client('ana', { ...kept, connection: 'phone', will })
  await ana.subscribe('room')
  one.cable.cut()
  expect(textOf(await watcher.hears())).toBe('ana')
  expect((await watcher.say('room', 'hello')).reasonCode).toBe(0)
  const back = await two.client('ana', { ...kept, connection: 'phone' })
  expect(back.connack.sessionPresent).toBe(true)
  expect(textOf(await back.hears())).toBe('hello')
  one.cable.mend()
})
