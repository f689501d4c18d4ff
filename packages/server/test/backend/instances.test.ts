import { describe, expect, test } from 'vitest'
import type { FakeBot } from '../support/fake-bot.js'
import { TestServer } from '../support/server.js'

const names = (count: number) => Array.from({ length: count }, (_, i) => `person-${i}`)

describe('instances of a bot', () => {
  test('that come get their share of what is idle, and none of what is warm', async () => {
    const server = await TestServer.open()
    const people = await Promise.all(names(30).map((name) => server.person(name)))
    const first = await server.bot('order-bot', { connection: 'first', capacity: 30 })
    for (const person of people) {
      await person.say('daak/to/order-bot', 'one')
      await first.commit(await first.lease())
    }
    const others = await Promise.all(
      ['second', 'third'].map((connection) => server.bot('order-bot', { connection, capacity: 30 })),
    )
    for (const person of people) await person.say('daak/to/order-bot', 'two')
    for (const _ of people) await first.commit(await first.lease())
    expect(others.flatMap(({ client }) => client.takeUnheard())).toEqual([])
    server.clock.advance(60_000)
    for (const person of people) await person.say('daak/to/order-bot', 'three')
    const leases: string[] = []
    const take = async (bot: FakeBot) => {
      for (;;) {
        const lease = await bot.lease()
        leases.push(bot.client.connection)
        await bot.commit(lease)
        if (leases.length === people.length) done()
      }
    }
    let done = () => {}
    const all = new Promise<void>((resolve) => {
      done = resolve
    })
    for (const bot of [first, ...others]) void take(bot)
    await all
    for (const name of ['first', 'second', 'third'])
      expect(leases.filter((each) => each === name).length).toBeGreaterThan(2)
  })

  test('ten of them, which come and go under load, handle each message once and in order', async () => {
    const server = await TestServer.open()
    const people = await Promise.all(names(8).map((name) => server.person(name)))
    const texts = Array.from({ length: 12 }, (_, i) => `message ${i}`)
    let random = 7
    const next = (below: number) => {
      random = (random * 16_807) % 2_147_483_647
      return random % below
    }
    let isOver = false
    /** An instance that goes again and again, in the midst of a turn, and comes back under another name. */
    const instance = async (number: number) => {
      for (let life = 0; !isOver; life++) {
        const bot = await server.bot('order-bot', { connection: `instance-${number}-${life}` })
        for (let isHere = true; isHere && !isOver; ) {
          const lease = await bot.lease()
          const answering = bot.answer(lease)
          // What is lost three times in a row would be given up: its second holder stays.
          isHere = lease.attempt > 1 || next(3) > 0
          if (isHere) await answering
        }
        await bot.client.vanish()
      }
    }
    for (let number = 0; number < 10; number++) void instance(number)
    for (const text of texts) for (const person of people) await person.say('daak/to/order-bot', text)
    for (const person of people) {
      const heard = await person.hearsTexts(2 * texts.length)
      expect(heard.filter((text) => text.startsWith('re: '))).toEqual(texts.map((text) => `re: ${text}`))
    }
    isOver = true
    expect(people.flatMap((person) => person.takeUnheard())).toEqual([])
  })
})

describe('several bots in one conversation', () => {
  const room = async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const bots = [await server.bot('one'), await server.bot('two')] as const
    await ana.call('conversations/create', { id: 'room', members: ['one', 'two'] })
    return { server, ana, bots }
  }

  test('have each their own state and their own place in it', async () => {
    const { ana, bots } = await room()
    await ana.say('daak/conversations/room/messages', 'hi')
    for (const bot of bots) await bot.commit(await bot.lease(), [], { state: `of ${bot.client.name}` })
    await ana.say('daak/conversations/room/messages', 'again')
    const [one, two] = [await bots[0].lease(), await bots[1].lease()]
    expect([one.state, two.state]).toEqual(['of one', 'of two'])
    await bots[0].commit(one)
    await ana.say('daak/conversations/room/messages', 'still one')
    expect(await bots[0].lease()).toMatchObject({ revision: 2, processed: one.events[0]?.seq })
    expect(await bots[1].push()).toMatchObject({ events: [{ payload: 'still one' }] })
  })

  test('hand it over by a message that names the other one', async () => {
    const { ana, bots } = await room()
    await ana.say('daak/conversations/room/messages', 'I want a person')
    await bots[1].commit(await bots[1].lease())
    const messages = [{ type: 'handoff', payload: '{"to":"two"}', encoding: 'utf8' as const, to: 'two' }]
    await bots[0].commit(await bots[0].lease(), [], { messages })
    expect((await bots[1].lease()).events).toMatchObject([{ type: 'handoff', from: 'one', to: 'two' }])
  })

  test('that name each other in every answer come to an end, until somebody else speaks', async () => {
    const { server, ana, bots } = await room()
    await ana.say('daak/conversations/room/messages', 'talk')
    const answer = async (bot: FakeBot, to: string) => {
      for (;;) {
        const lease = await bot.lease()
        let { revision, events } = lease
        for (let [event] = events; event; [event] = events) {
          const messages = [{ type: 'text', payload: `for ${to}`, encoding: 'utf8' as const, to }]
          const { more, revision: now } = await bot.commit(lease, [], { revision, processed: event.seq, messages })
          revision = now
          events = more?.events ?? []
        }
      }
    }
    void answer(bots[0], 'two')
    void answer(bots[1], 'one')
    await ana.hearsTexts(20)
    await server.rest()
    const said = ana.takeUnheard().length + 20
    expect(said).toBeLessThan(30)
    await ana.say('daak/conversations/room/messages', 'go on')
    await ana.hearsTexts(10)
  })
})
