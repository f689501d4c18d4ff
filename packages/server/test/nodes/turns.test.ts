import { expect, test } from 'vitest'
import type { FakeBot } from '../support/fake-bot.js'
import { nodesOn } from '../support/nodes.js'
import { sharedRedis } from '../support/redis/index.js'

const redis = sharedRedis()

/** Answers each message with its text and its own name, for as long as there are messages. */
const echo = async (bot: FakeBot, name: string): Promise<never> => {
  for (;;) {
    let lease = await bot.lease()
    for (let more = true; more; ) {
      const [event] = lease.events
      const answer = await bot.commit(lease, event ? [`${Buffer.from(event.payload as string)} by ${name}`] : [])
      more = answer.more !== undefined
      lease = { ...lease, ...answer.more, revision: answer.revision, commitHead: answer.head }
    }
  }
}

test('a bot on one node answers people on another', async () => {
  const start = nodesOn(redis)
  const [one, two] = [await start(), await start()]
  const bot = await two.bot('shop')
  const ana = await one.person('ana')
  await ana.say('daak/to/shop', 'two large')
  const lease = await bot.lease()
  await bot.commit(lease, ['Two large ones.'])
  expect(await ana.hearsTexts(2)).toEqual(['two large', 'Two large ones.'])
})

test('instances on several nodes share the conversations, each message is answered once, and in order', async () => {
  const start = nodesOn(redis)
  const nodes = [await start(), await start(), await start()]
  const bots = await Promise.all(nodes.map((node, i) => node.bot('shop', { connection: `shop-${i}`, capacity: 5 })))
  bots.forEach((bot, i) => void echo(bot, `${i}`))
  const people = await Promise.all(
    Array.from({ length: 12 }, (_, i) => (nodes[i % 3] as (typeof nodes)[0]).person(`person-${i}`)),
  )
  const said = ['one', 'two', 'three', 'four']
  const heard = await Promise.all(
    people.map(async (person) => {
      for (const text of said) person.send('daak/to/shop', text)
      return person.hearsTexts(said.length * 2)
    }),
  )
  const answers = heard.map((texts) => texts.filter((text) => text.includes(' by ')))
  for (const texts of answers) expect(texts.map((text) => text.split(' ')[0])).toEqual(said)
  const by = new Set(answers.flat().map((text) => text.split(' by ')[1]))
  expect([...by].sort()).toEqual(['0', '1', '2'])
  for (const person of people) expect(person.takeUnheard()).toEqual([])
})

test('where the instances of one node have no room, those of another get what waits', async () => {
  const start = nodesOn(redis)
  const [one, two] = [await start(), await start()]
  const bots = [await one.bot('shop', { connection: 'shop-1' }), await two.bot('shop', { connection: 'shop-2' })]
  const people = await Promise.all(['ana', 'ben', 'eve', 'joe'].map((name) => one.person(name)))
  for (const person of people) await person.say('daak/to/shop', 'hello')
  // Each holds one, as much as it can, until it has handed on what it has.
  for (let round = 0; round < 2; round++) {
    const leases = await Promise.all(bots.map((bot) => bot.lease()))
    expect(new Set(leases.map(({ conversation }) => conversation)).size).toBe(2)
    await Promise.all(bots.map((bot, i) => bot.commit(leases[i] as (typeof leases)[0], ['Here.'])))
  }
  for (const person of people) expect(await person.hearsTexts(2)).toEqual(['hello', 'Here.'])
})

test('a node that is cut off loses its turns within seconds, and what it commits afterwards is refused', async () => {
  const start = nodesOn(redis)
  const [one, two] = [await start(), await start()]
  const slow = await two.bot('shop', { connection: 'shop-2' })
  const ana = await one.person('ana')
  await ana.say('daak/to/shop', 'hello')
  const lost = await slow.lease()
  two.cable.cut()
  const other = await one.bot('shop', { connection: 'shop-1' })
  const lease = await other.lease()
  expect(lease.events.map(({ seq }) => seq)).toEqual(lost.events.map(({ seq }) => seq))
  two.cable.mend()
  const refused = await slow.tryCommit(lost, ['Too late.'])
  expect(refused).toMatchObject({ error: {} })
  await other.commit(lease, ['In time.'])
  expect(await ana.hearsTexts(2)).toEqual(['hello', 'In time.'])
})

test('a bot is listed with its instances on all nodes, and with the version that was announced last', async () => {
  const start = nodesOn(redis)
  const [one, two] = [await start(), await start()]
  await one.bot('shop', { connection: 'shop-1', botVersion: '1' })
  const newer = await two.bot('shop', { connection: 'shop-2', botVersion: '2' })
  const ana = await one.person('ana')
  // Older code gets no new work while newer code is here, wherever that is.
  for (const text of ['one', 'two', 'three']) {
    await ana.say('daak/to/shop', text)
    const lease = await newer.lease()
    await newer.commit(lease, [`${text} done`])
  }
  expect(await ana.hearsTexts(6)).toEqual(['one', 'one done', 'two', 'two done', 'three', 'three done'])
  const operator = await one.client('operator', { connection: 'operator-1' })
  await operator.subscribe(operator.replies)
  const listed = await operator.call('bots/list', {})
  expect(listed).toMatchObject({ result: { bots: [{ bot: 'shop', instances: 2, version: '2' }] } })
})
