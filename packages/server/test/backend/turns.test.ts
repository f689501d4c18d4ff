import type { Committed, Lease } from '@daakia/protocol'
import { describe, expect, test } from 'vitest'
import type { ManualClock } from '../support/manual-clock.js'
import { TestServer } from '../support/server.js'

const payloads = (items: { events: readonly { payload: string }[] }) => items.events.map(({ payload }) => payload)

describe('a lease', () => {
  test('tells the bot who is there, what waits, and that there is no state yet', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot')
    await ana.say('daak/to/order-bot', 'two large', { properties: [['id', 'm1']] })
    expect(await bot.lease()).toEqual({
      type: 'lease',
      conversation: 'ana~order-bot',
      fence: expect.any(String),
      members: ['ana', 'order-bot'],
      durationMs: 30_000,
      longestMs: 600_000,
      attempt: 1,
      revision: 0,
      commitId: null,
      processed: 0,
      state: null,
      now: server.clock.now(),
      events: [
        { seq: 1, id: 'm1', from: 'ana', at: server.clock.now(), type: 'text', payload: 'two large', encoding: 'utf8' },
      ],
      timers: [],
    })
  })

  test('comes for what was said before the bot first connected', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    await ana.say('daak/to/order-bot', 'anybody there?')
    const bot = await server.bot('order-bot')
    expect(payloads(await bot.lease())).toEqual(['anybody there?'])
  })

  test('carries the state, revision and commit id of the last commit', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot')
    await ana.say('daak/to/order-bot', 'one')
    const first = await bot.lease()
    await bot.commit(first, ['hello'], { commitId: 'c1', state: { size: 'large' } })
    await ana.say('daak/to/order-bot', 'two')
    expect(await bot.lease()).toMatchObject({ revision: 1, commitId: 'c1', processed: 1, state: { size: 'large' } })
  })

  test('goes to one connection only, and nothing of it to others', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const [one, two] = [
      await server.bot('order-bot', { connection: 'one' }),
      await server.bot('order-bot', { connection: 'two' }),
    ]
    await ana.say('daak/to/order-bot', 'hi')
    await Promise.race([one.lease(), two.lease()])
    await ana.say('daak/to/order-bot', 'again')
    await Promise.race([one.push(), two.push()])
    expect([...one.client.takeUnheard(), ...two.client.takeUnheard()]).toEqual([])
  })

  test('is not given above the capacity that the bot announced, and is as soon as there is room', async () => {
    const server = await TestServer.open()
    const bot = await server.bot('order-bot', { capacity: 2 })
    for (const name of ['ana', 'ben', 'cem']) await (await server.client(name)).say('daak/to/order-bot', `from ${name}`)
    const [first, second] = [await bot.lease(), await bot.lease()]
    expect([payloads(first), payloads(second)]).toEqual([['from ana'], ['from ben']])
    expect(bot.client.takeUnheard()).toEqual([])
    await bot.commit(first)
    expect(payloads(await bot.lease())).toEqual(['from cem'])
  })

  test('lists at first as much as goes into one packet, and the rest with the answers to commits', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    for (let i = 0; i < 6; i++) await ana.say('daak/to/order-bot', `${i}${'x'.repeat(250_000)}`)
    const bot = await server.bot('order-bot')
    const lease = await bot.lease()
    const seqs = ({ events }: Pick<Lease, 'events'>) => events.map(({ seq }) => seq)
    expect(seqs(lease)).toEqual([1, 2, 3, 4])
    const { more } = await bot.commit(lease, [], { processed: 3 })
    expect(seqs(more as NonNullable<Committed['more']>)).toEqual([4, 5, 6])
  })

  test('of a conversation goes to the connection that had it last, though others have come', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const first = await server.bot('order-bot', { connection: 'first' })
    await ana.say('daak/to/order-bot', 'one')
    await first.commit(await first.lease())
    for (let i = 0; i < 20; i++) await server.bot('order-bot', { connection: `another-${i}` })
    await ana.say('daak/to/order-bot', 'two')
    expect(payloads(await first.lease())).toEqual(['two'])
  })

  test('is not given to a bot for what itself or another bot says, unless it is named', async () => {
    const server = await TestServer.open()
    const [one, two] = [await server.bot('one'), await server.bot('two')]
    await one.client.call('conversations/create', { id: 'room', members: ['two', 'ana'] })
    await one.client.say('daak/conversations/room/messages', 'to nobody')
    await one.client.say('daak/conversations/room/messages', 'to you', { properties: [['to', 'two']] })
    const lease = await two.lease()
    expect(payloads(lease)).toEqual(['to you'])
    expect(one.client.takeUnheard()).toEqual([])
  })
})

describe('a commit', () => {
  test('says what the bot said, under ids of its revision, and releases the lease', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot')
    await ana.say('daak/to/order-bot', 'hi')
    await ana.hears()
    expect(await bot.commit(await bot.lease(), ['Welcome.', 'Which size?'])).toEqual({ revision: 1, head: 3 })
    const heard = [await ana.hears(), await ana.hears()]
    expect(heard.map(({ properties }) => properties?.userProperties?.slice(0, 4))).toEqual([
      [
        ['id', '1.0'],
        ['type', 'text'],
        ['seq', '2'],
        ['from', 'order-bot'],
      ],
      [
        ['id', '1.1'],
        ['type', 'text'],
        ['seq', '3'],
        ['from', 'order-bot'],
      ],
    ])
  })

  test('of one of many messages keeps the lease, and its answer lists what waits next', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    for (const text of ['one', 'two', 'three']) await ana.say('daak/to/order-bot', text)
    const bot = await server.bot('order-bot')
    const lease = await bot.lease()
    expect(payloads(lease)).toEqual(['one', 'two', 'three'])
    const first = await bot.commit(lease, [], { processed: 1 })
    expect(payloads(first.more as NonNullable<Committed['more']>)).toEqual(['two', 'three'])
    const last = await bot.commit(lease, [], { revision: 1, processed: 3 })
    expect(last).toEqual({ revision: 2, head: 3 })
    expect(bot.client.takeUnheard()).toEqual([])
  })

  test('sent again gets its first answer again, and is applied once', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot')
    await ana.say('daak/to/order-bot', 'hi')
    const lease = await bot.lease()
    const answers = [
      await bot.commit(lease, ['once'], { commitId: 'c1' }),
      await bot.commit(lease, ['once'], { commitId: 'c1' }),
    ]
    expect(answers).toEqual([answers[0], answers[0]])
    await ana.say('daak/to/order-bot', 'bye')
    expect(await ana.hearsTexts(3)).toEqual(['hi', 'once', 'bye'])
  })

  test('sent again after a restart of the server is recognised as well', async () => {
    let server = await TestServer.open()
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot')
    await ana.say('daak/to/order-bot', 'hi')
    const lease = await bot.lease()
    const first = await bot.commit(lease, ['once'], { commitId: 'c1' })
    server = await server.restart()
    const back = await server.bot('order-bot')
    expect(await back.commit(lease, ['once'], { commitId: 'c1' })).toEqual(first)
  })

  test('that starts from another revision is a conflict: nothing is applied, and the work is leased anew', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot')
    await ana.say('daak/to/order-bot', 'hi')
    const lease = await bot.lease()
    expect(await bot.tryCommit(lease, ['wrong'], { revision: 7 })).toMatchObject({ error: { code: -32002 } })
    const again = await bot.lease()
    expect([again.attempt, payloads(again)]).toEqual([2, ['hi']])
    await bot.commit(again, ['right'])
    expect(await ana.hearsTexts(2)).toEqual(['hi', 'right'])
  })

  test('that says what no client could be sent is refused, and the turn goes on', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot')
    await ana.say('daak/to/order-bot', 'hi')
    const lease = await bot.lease()
    for (const wrong of [{ type: 'a\0b' }, { type: 'text', to: 'no body' }, { type: 'text', contentType: '\n' }]) {
      const messages = [{ payload: 'x', encoding: 'utf8' as const, ...wrong }]
      expect(await bot.tryCommit(lease, [], { messages })).toMatchObject({
        error: { code: -32602, message: expect.stringMatching(/^messages\.0\.(type|to|contentType): must be/) },
      })
    }
    await bot.commit(lease, ['fine'])
    expect(await ana.hearsTexts(2)).toEqual(['hi', 'fine'])
  })

  test('of a bot that has no lease is a conflict', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const [bot, other] = [await server.bot('order-bot'), await server.bot('other-bot')]
    await ana.say('daak/to/order-bot', 'hi')
    const lease = await bot.lease()
    expect(await other.tryCommit(lease)).toMatchObject({ error: { code: -32002 } })
    for (const conversation of ['nowhere', 'x'.repeat(10_000)])
      expect(await bot.tryCommit({ ...lease, conversation })).toMatchObject({ error: { code: -32002 } })
    expect(await bot.tryCommit({ ...lease, fence: '0:0' })).toMatchObject({ error: { code: -32002 } })
    await bot.commit(lease, ['still mine'])
    expect(await ana.hearsTexts(2)).toEqual(['hi', 'still mine'])
  })
})

describe('while a turn is open', () => {
  test('new messages are pushed to its holder, each once', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot')
    await ana.say('daak/to/order-bot', 'one')
    const lease = await bot.lease()
    await ana.say('daak/to/order-bot', 'two')
    const push = await bot.push()
    await ana.say('daak/to/order-bot', 'three')
    expect([push.fence, payloads(push), payloads(await bot.push())]).toEqual([lease.fence, ['two'], ['three']])
  })

  test('timers that fall due are pushed to its holder', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot')
    await ana.say('daak/to/order-bot', 'one')
    const first = await bot.lease()
    await bot.commit(first, [], { timers: { set: [{ id: 'reminder', delayMs: 60_000 }], cancel: [] } })
    const due = server.clock.now() + 60_000
    server.clock.advance(50_000)
    await ana.say('daak/to/order-bot', 'two')
    const second = await bot.lease()
    server.clock.advance(10_000)
    expect([second.timers, (await bot.push()).timers]).toEqual([[], [{ id: 'reminder', due }]])
  })
})

describe('a timer', () => {
  test.each([
    { what: 'the machine has slept past it', jump: (clock: ManualClock) => clock.setForward(600_000) },
    {
      what: 'the clock was set back and is right again',
      jump: (clock: ManualClock) => {
        clock.setBack(600_000)
        clock.advance(600_000)
        clock.setForward(600_000)
      },
    },
  ])('fires within a minute of its time where $what', async ({ jump }) => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot')
    await ana.say('daak/to/order-bot', 'call me in ten minutes')
    await bot.commit(await bot.lease(), [], { timers: { set: [{ id: 'reminder', delayMs: 600_000 }], cancel: [] } })
    await server.rest()
    jump(server.clock)
    server.clock.advance(60_000)
    expect((await bot.lease()).timers).toMatchObject([{ id: 'reminder' }])
  })

  test('gives a lease when it falls due, once', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot')
    await ana.say('daak/to/order-bot', 'hi')
    const first = await bot.lease()
    await bot.commit(first, [], { timers: { set: [{ id: 'reminder', delayMs: 600_000 }], cancel: [] } })
    server.clock.advance(599_999)
    await server.rest()
    expect(bot.client.takeUnheard()).toEqual([])
    server.clock.advance(1)
    const second = await bot.lease()
    expect([second.events, second.timers]).toEqual([[], [{ id: 'reminder', due: first.now + 600_000 }]])
    await bot.commit(second, ['Are you still there?'], { timers: { set: [], cancel: ['reminder'] } })
    server.clock.advance(600_000)
    await server.rest()
    expect(bot.client.takeUnheard()).toEqual([])
  })

  test('that fell due while the server was away gives its lease when the bot is back', async () => {
    let server = await TestServer.open()
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot')
    await ana.say('daak/to/order-bot', 'hi')
    await bot.commit(await bot.lease(), [], { timers: { set: [{ id: 'reminder', delayMs: 1_000 }], cancel: [] } })
    server.clock.advance(5_000)
    server = await server.restart()
    const back = await server.bot('order-bot')
    expect((await back.lease()).timers).toMatchObject([{ id: 'reminder' }])
  })

  test('counts from when the bot was told what waits, not from when it answers', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot')
    await ana.say('daak/to/order-bot', 'hi')
    const lease = await bot.lease()
    server.clock.advance(20_000)
    await bot.commit(lease, [], { timers: { set: [{ id: 'reminder', delayMs: 30_000 }], cancel: [] } })
    server.clock.advance(10_000)
    expect((await bot.lease()).timers).toEqual([{ id: 'reminder', due: lease.now + 30_000 }])
  })

  test('of each bot rings in its own time', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const bots = [await server.bot('slow-bot'), await server.bot('quick-bot')] as const
    for (const [i, bot] of bots.entries()) {
      await ana.say(`daak/to/${bot.client.name}`, 'hi')
      const set = [{ id: 'timer', delayMs: [2_000, 1_000][i] as number }]
      await bot.commit(await bot.lease(), [], { timers: { set, cancel: [] } })
    }
    const [slow, quick] = bots
    server.clock.advance(1_000)
    await quick.commit(await quick.lease(), [], { timers: { set: [], cancel: ['timer'] } })
    expect(slow.client.takeUnheard()).toEqual([])
    server.clock.advance(1_000)
    expect((await slow.lease()).timers).toHaveLength(1)
  })
})
