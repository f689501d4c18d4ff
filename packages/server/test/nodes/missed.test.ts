import { expect, test } from 'vitest'
import { nodesOn, type TestNodeServer } from '../support/nodes.js'
import { textOf } from '../support/peer.js'
import { sharedRedis } from '../support/redis/index.js'

const redis = sharedRedis()

/** What is published while `work` runs, the node does not hear; afterwards it hears again. */
const deafDuring = async (node: TestNodeServer, work: () => Promise<unknown>): Promise<void> => {
  await node.server.rest()
  node.cable.cut()
  await work()
  node.cable.mend()
}

test('what was said while a node could not be reached is heard when it can', async () => {
  const start = nodesOn(redis)
  const [one, two] = [await start(), await start()]
  const [ana, ben] = [await one.person('ana'), await two.person('ben')]
  await deafDuring(two, () => ana.say('daak/to/ben', 'are you there?'))
  expect(textOf(await ben.hears())).toBe('are you there?')
})

test('a state that changed while a node could not be reached is told when it can', async () => {
  const start = nodesOn(redis)
  const [one, two] = [await start(), await start()]
  const bot = await one.bot('shop')
  const [phone, laptop] = [await two.client('ben'), await one.client('ben', { connection: 'laptop' })]
  const answer = async (text: string, value: string) => {
    await laptop.say('daak/to/shop', text)
    await bot.commit(await bot.lease(), [], { public: { value, tags: [], accepts: [] } })
  }
  const told = async () => JSON.parse(textOf(await phone.hears())).value
  await answer('hi', 'asking')
  await phone.subscribe('daak/conversations/+/state/+')
  expect(await told()).toBe('asking')
  await deafDuring(two, () => answer('two', 'ordering'))
  await eventually(told, (value) => value === 'ordering')
})

test('who has left a conversation while a node could not be reached signals there no more', async () => {
  const start = nodesOn(redis)
  const [one, two] = [await start(), await start()]
  const [ana, phone] = [await one.person('ana'), await two.person('ben')]
  const laptop = await one.person('ben', { connection: 'laptop' })
  await ana.call('conversations/create', { id: 'room', members: ['ana', 'ben', 'eve'] })
  const topic = 'daak/conversations/room/signals'
  expect((await phone.say(topic, 'typing')).reasonCode).toBe(0)
  await deafDuring(two, () => laptop.call('conversations/leave', { id: 'room' }))
  await eventually(
    () => phone.say(topic, 'typing'),
    ({ reasonCode }) => reasonCode === 0x87,
  )
})

/** Tries until it comes out as expected: the node may not be back yet. */
const eventually = async <T>(attempt: () => Promise<T>, isExpected: (answer: T) => boolean): Promise<T> => {
  for (;;) {
    const answer = await attempt()
    if (isExpected(answer)) return answer
    await new Promise((resolve) => setImmediate(resolve))
  }
}
