import type { Alarm } from '@daakia/protocol'
import { describe, expect, test } from 'vitest'
import { Gate } from '../support/gate.js'
import { HeldStorage } from '../support/held-storage.js'
import { ManualClock } from '../support/manual-clock.js'
import { TestServer } from '../support/server.js'

/** Its alarms ring a millisecond before their time, as those of Node may. */
class HastyClock extends ManualClock {
  override after(delayMs: number, run: () => void): Alarm {
    return super.after(Math.max(0, delayMs - 1), run)
  }
}

const compareFences = (one: string, other: string): number => {
  const [[epoch = 0, counter = 0], [otherEpoch = 0, otherCounter = 0]] = [one, other].map((fence) =>
    fence.split(':').map(Number),
  ) as [number[], number[]]
  return epoch - otherEpoch || counter - otherCounter
}

describe('a lease ends and goes to another connection, with a higher fence,', () => {
  test('when its holder’s connection goes away', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const holder = await server.bot('order-bot', { connection: 'holder' })
    await ana.say('daak/to/order-bot', 'hi')
    const lost = await holder.lease()
    const heir = await server.bot('order-bot', { connection: 'heir' })
    await holder.client.vanish()
    const lease = await heir.lease()
    expect(compareFences(lease.fence, lost.fence)).toBeGreaterThan(0)
    expect(lease.attempt).toBe(2)
  })

  test('when its holder takes no more turns', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const holder = await server.bot('order-bot', { connection: 'holder' })
    await ana.say('daak/to/order-bot', 'hi')
    await holder.lease()
    const heir = await server.bot('order-bot', { connection: 'heir' })
    await holder.client.unsubscribe('daak/turns/+')
    expect((await heir.lease()).attempt).toBe(2)
  })

  test('when it is not renewed, and the zombie’s commit is refused', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const zombie = await server.bot('order-bot', { connection: 'zombie' })
    await ana.say('daak/to/order-bot', 'hi')
    const lost = await zombie.lease()
    const heir = await server.bot('order-bot', { connection: 'heir' })
    server.clock.advance(30_000)
    const lease = await heir.lease()
    expect(await zombie.tryCommit(lost, ['from the grave'])).toMatchObject({ error: { code: -32002 } })
    await heir.commit(lease, ['alive'])
    expect(await ana.hearsTexts(2)).toEqual(['hi', 'alive'])
  })

  test('when it is not renewed; who let it run out gets another as soon as it is heard of', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot')
    await ana.say('daak/to/order-bot', 'hi')
    const lost = await bot.lease()
    server.clock.advance(60_000)
    await server.rest()
    expect(bot.client.takeUnheard()).toEqual([])
    expect(await bot.client.call('turns/renew', lost)).toMatchObject({ error: { code: -32002 } })
    expect((await bot.lease()).attempt).toBe(2)
  })

  test('unless the server itself is slow: its holder is not taken for silent', async () => {
    const gate = new Gate()
    const server = await TestServer.open({ hooks: { 'turn.committed': () => gate.pass() } })
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot')
    await ana.say('daak/to/order-bot', 'hi')
    const committing = bot.tryCommit(await bot.lease(), ['hello'])
    await gate.reached
    server.clock.advance(60_000)
    gate.open()
    expect(await committing).toHaveProperty('result')
    await ana.say('daak/to/order-bot', 'and now?')
    expect((await bot.lease()).attempt).toBe(1)
  })

  test('when an alarm rings a little early: what its holder calls just then waits, and is refused', async () => {
    const storage = new HeldStorage()
    const server = await TestServer.open({ storage, clock: new HastyClock() })
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot')
    await ana.say('daak/to/order-bot', 'hi')
    const lease = await bot.lease()
    storage.hold()
    server.clock.advance(29_999)
    const committing = bot.tryCommit(lease, ['too late'])
    await server.client('eve')
    storage.release()
    expect(await committing).toMatchObject({ error: { code: -32002 } })
    expect((await bot.lease()).attempt).toBe(2)
  })

  test('when it is past its longest time, however often it was renewed', async () => {
    const server = await TestServer.open({ leases: { durationMs: 1_000, longestMs: 3_000 } })
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot')
    await ana.say('daak/to/order-bot', 'hi')
    const { fence, conversation } = await bot.lease()
    for (let i = 0; i < 5; i++) {
      server.clock.advance(500)
      expect(await bot.client.call('turns/renew', { conversation, fence })).toEqual({ result: { durationMs: 1_000 } })
    }
    server.clock.advance(500)
    expect((await bot.lease()).attempt).toBe(2)
    expect(await bot.client.call('turns/renew', { conversation, fence })).toMatchObject({ error: { code: -32002 } })
  })

  test('when the server is started again, and the one of before the restart is worth nothing', async () => {
    let server = await TestServer.open()
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot')
    await ana.say('daak/to/order-bot', 'hi')
    const lost = await bot.lease()
    server = await server.restart()
    const back = await server.bot('order-bot')
    const lease = await back.lease()
    expect(compareFences(lease.fence, lost.fence)).toBeGreaterThan(0)
    expect(await back.tryCommit(lost, ['too late'])).toMatchObject({ error: { code: -32002 } })
    const reader = await server.person('ana')
    await back.commit(lease, ['in time'])
    expect(await reader.hearsTexts(1)).toEqual(['in time'])
  })
})

describe('a bot that works for long', () => {
  test('keeps its lease by renewing it', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot')
    await ana.say('daak/to/order-bot', 'hi')
    const lease = await bot.lease()
    for (let i = 0; i < 4; i++) {
      server.clock.advance(20_000)
      await bot.client.call('turns/renew', lease)
    }
    await bot.commit(lease, ['at last'])
    expect(await ana.hearsTexts(2)).toEqual(['hi', 'at last'])
  })

  test('in one lease after the other gives it back near its longest time, and has the next at once', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot')
    await ana.say('daak/to/order-bot', 'one')
    await ana.say('daak/to/order-bot', 'two')
    const first = await bot.lease()
    for (let i = 0; i < 15; i++) {
      server.clock.advance(20_000)
      await bot.client.call('turns/renew', first)
    }
    expect(await bot.commit(first, [], { processed: 1 })).toEqual({ revision: 1, head: 2 })
    expect((await bot.lease()).events).toMatchObject([{ payload: 'two' }])
  })
})

describe('ten instances of one identity', () => {
  test('share the conversations, each conversation with one of them at a time, and answer everything once', async () => {
    const server = await TestServer.open()
    const turns = new Map<string, number>()
    let overlaps = 0
    const answerAll = async (connection: string) => {
      const bot = await server.bot('order-bot', { connection, capacity: 3 })
      for (;;) {
        const lease = await bot.lease()
        const open = (turns.get(lease.conversation) ?? 0) + 1
        turns.set(lease.conversation, open)
        if (open > 1) overlaps++
        await Promise.resolve()
        turns.set(lease.conversation, open - 1)
        await bot.commit(
          lease,
          lease.events.map(({ payload }) => `you said ${payload}`),
          {
            processed: lease.events.at(-1)?.seq ?? lease.processed,
          },
        )
      }
    }
    const instances = Array.from({ length: 10 }, (_, i) => `instance-${i}`)
    for (const instance of instances) void answerAll(instance)
    const people = await Promise.all(
      Array.from({ length: 40 }, async (_, i) => {
        const person = await server.client(`person-${i}`)
        await person.subscribe('daak/from/order-bot')
        return person
      }),
    )
    for (const person of people)
      for (const word of ['one', 'two', 'three']) person.send('daak/to/order-bot', `${word} from ${person.name}`)
    const heard = await Promise.all(people.map((person) => person.hearsTexts(3)))
    expect(heard).toEqual(
      people.map(({ name }) => ['one', 'two', 'three'].map((word) => `you said ${word} from ${name}`)),
    )
    await server.rest()
    expect([overlaps, people.flatMap((person) => person.takeUnheard())]).toEqual([0, []])
  })
})

describe('bots of two versions at once', () => {
  test('give new work to the newer, and to the older again when the newer has left', async () => {
    const server = await TestServer.open()
    const older = await server.bot('order-bot', { connection: 'older', botVersion: '1', capacity: 10 })
    const newer = await server.bot('order-bot', { connection: 'newer', botVersion: '2', capacity: 10 })
    const people = await Promise.all(['ana', 'ben', 'cem'].map((name) => server.client(name)))
    for (const person of people) await person.say('daak/to/order-bot', 'hi')
    for (const _ of people) await newer.commit(await newer.lease())
    expect(older.client.takeUnheard()).toEqual([])
    await newer.client.vanish()
    await people[0]?.say('daak/to/order-bot', 'still there?')
    expect((await older.lease()).events).toMatchObject([{ payload: 'still there?' }])
  })
})
