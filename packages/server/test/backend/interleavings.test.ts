import type { Committed, Lease } from '@daakia/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { memoryKeyValue } from '../../src/index.js'
import type { KeyValue, Transaction } from '../../src/kv/port.js'
import type { FakeBot, Notice } from '../support/fake-bot.js'
import { Gate } from '../support/gate.js'
import { HeldStorage } from '../support/held-storage.js'
import { TestServer } from '../support/server.js'
import { inMemory } from '../support/storage.js'
import { withWrite } from '../support/with-write.js'

describe('a message that comes at the worst moment is neither lost nor handled twice:', () => {
  test('before the commit is applied: the commit’s answer has it', async () => {
    const gate = new Gate()
    const server = await TestServer.open({ hooks: { 'turn.commit': () => gate.pass() } })
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot')
    await ana.say('daak/to/order-bot', 'one')
    const lease = await bot.lease()
    const committing = bot.commit(lease)
    await gate.reached
    await ana.say('daak/to/order-bot', 'two')
    gate.open()
    const { more } = await committing
    expect((more as NonNullable<Committed['more']>).events).toMatchObject([{ payload: 'two' }])
    await bot.commit(lease, [], { revision: 1, processed: 2 })
    await server.rest()
    expect(bot.client.takeUnheard()).toEqual([])
  })

  test('after the commit found nothing more, before the lease is released: a new lease has it', async () => {
    const gate = new Gate()
    const server = await TestServer.open({ hooks: { 'turn.committed': () => gate.pass() } })
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot')
    await ana.say('daak/to/order-bot', 'one')
    const committing = bot.commit(await bot.lease())
    await gate.reached
    await ana.say('daak/to/order-bot', 'two')
    gate.open()
    expect(await committing).toEqual({ revision: 1, head: 1 })
    expect((await bot.lease()).events).toMatchObject([{ payload: 'two' }])
  })

  test('after the commit found more: it is pushed after the commit’s answer', async () => {
    const gate = new Gate()
    const server = await TestServer.open({ hooks: { 'turn.committed': () => gate.pass() } })
    const ana = await server.person('ana')
    await ana.say('daak/to/order-bot', 'one')
    await ana.say('daak/to/order-bot', 'two')
    const bot = await server.bot('order-bot')
    const committing = bot.commit(await bot.lease())
    await gate.reached
    await ana.say('daak/to/order-bot', 'three')
    gate.open()
    const { more } = await committing
    expect((more as NonNullable<Committed['more']>).events).toMatchObject([{ payload: 'two' }])
    expect((await bot.push()).events).toMatchObject([{ payload: 'three' }])
    expect(bot.client.topics.slice(-2)).toEqual([bot.client.replies, 'daak/turns/ana~order-bot'])
  })

  test('while a turn fails: the next lease has both', async () => {
    const storage = new HeldStorage()
    const server = await TestServer.open({ storage })
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot')
    await ana.say('daak/to/order-bot', 'one')
    const lease = await bot.lease()
    storage.hold()
    const failing = bot.fail(lease, { cause: 'it threw' })
    ana.send('daak/to/order-bot', 'two')
    storage.release()
    await failing
    const again = await bot.lease()
    const seen = again.events.length === 2 ? again.events : [...again.events, ...(await bot.push()).events]
    expect(seen.map(({ payload }) => payload)).toEqual(['one', 'two'])
  })

  test('when the connection goes while a commit is applied: the commit counts, and another goes on', async () => {
    const gate = new Gate()
    const server = await TestServer.open({ hooks: { 'turn.commit': () => gate.pass() } })
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot', { connection: 'first' })
    await ana.say('daak/to/order-bot', 'one')
    void bot.commit(await bot.lease(), ['answer to one'])
    await gate.reached
    await bot.client.vanish()
    const heir = await server.bot('order-bot', { connection: 'heir' })
    await ana.say('daak/to/order-bot', 'two')
    gate.open()
    const lease = await heir.lease()
    expect(lease).toMatchObject({ revision: 1, attempt: 1, events: [{ payload: 'two' }] })
    await heir.commit(lease, ['answer to two'])
    expect((await ana.hearsTexts(4)).toSorted()).toEqual(['answer to one', 'answer to two', 'one', 'two'])
  })

  test('when the lease runs out while a commit is applied: the commit counts, once', async () => {
    const gate = new Gate()
    const server = await TestServer.open({ hooks: { 'turn.commit': () => gate.pass() } })
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot')
    await ana.say('daak/to/order-bot', 'one')
    const committing = bot.commit(await bot.lease(), ['answer'])
    await gate.reached
    server.clock.advance(60_000)
    gate.open()
    expect(await committing).toEqual({ revision: 1, head: 2 })
    await server.rest()
    expect(bot.client.takeUnheard()).toEqual([])
  })
})

test('a timer that falls due while the lease is being made is pushed after the lease', async () => {
  const storage = new HeldStorage()
  const before = await TestServer.open({ storage })
  const ana = await before.person('ana')
  const gone = await before.bot('order-bot')
  await ana.say('daak/to/order-bot', 'one')
  const set = [{ id: 'reminder', delayMs: 60_000 }]
  await gone.commit(await gone.lease(), [], { timers: { set, cancel: [] } })
  await ana.say('daak/to/order-bot', 'two')
  await gone.lease()
  // What waited before the server was started is counted on the disk when it is tried: that takes its time here.
  const server = await before.restart()
  const begun = storage.holdResult(2)
  const bot = await server.bot('order-bot')
  await begun.reached
  server.clock.advance(60_000)
  begun.open()
  expect((await bot.lease()).timers).toEqual([])
  expect((await bot.push()).timers).toMatchObject([{ id: 'reminder' }])
})

/** Storage whose writes take as many turns of the event loop as `delays` says. */
const unevenStorage = (delays: () => number): KeyValue => {
  const inner = memoryKeyValue()
  let last: Promise<unknown> = Promise.resolve()
  return withWrite(inner, <W, T>(work: (tx: Transaction) => W, flushed?: (answer: W) => T) => {
    const done = last.then(() => inner.write(work)).then((answer) => after(delays(), answer))
    const result = done.then((answer) => (flushed ? flushed(answer) : (answer as unknown as T)))
    last = result.catch(() => {})
    return result
  })
}

const after = async <T>(turns: number, value: T): Promise<T> => {
  for (let i = 0; i < turns; i++) await Promise.resolve()
  return value
}

describe('whatever the interleaving', () => {
  test('of messages, commits, failures and lost connections, each message is answered once, in order', async () => {
    const step = fc.record({ speaker: fc.nat(2), pause: fc.nat(12) })
    const world = fc.record({
      steps: fc.array(step, { minLength: 1, maxLength: 20 }),
      // Three failed tries would give a message up.
      mishaps: fc.array(fc.constantFrom<Mishap>('vanish', 'fail'), { maxLength: 2 }),
      delays: fc.infiniteStream(fc.nat(20)),
    })
    await fc.assert(fc.asyncProperty(world, playOut), { numRuns: 60 })
  })
})

type Mishap = 'vanish' | 'fail'

interface World {
  steps: readonly { speaker: number; pause: number }[]
  mishaps: readonly Mishap[]
  delays: IterableIterator<number>
}

const playOut = async ({ steps, mishaps, delays }: World): Promise<void> => {
  const delay = () => delays.next().value ?? 0
  const server = await TestServer.open({
    storage: await inMemory(unevenStorage(delay)),
    hooks: { 'turn.commit': () => after(delay(), undefined), 'turn.committed': () => after(delay(), undefined) },
  })
  const people = await Promise.all(['ana', 'ben', 'cem'].map((name) => server.person(name)))
  const left = [...mishaps]
  for (const connection of ['one', 'two']) void work(server, connection, left)
  const said: string[][] = people.map(() => [])
  for (const [i, { speaker, pause }] of steps.entries()) {
    people[speaker]?.send('daak/to/order-bot', `message ${i}`)
    said[speaker]?.push(`message ${i}`)
    await after(pause, undefined)
  }
  const heard = await Promise.all(people.map((person, i) => person.hearsTexts(2 * (said[i]?.length ?? 0))))
  expect(heard.map((texts) => texts.filter((text) => text.startsWith('re: ')))).toEqual(
    said.map((texts) => texts.map((text) => `re: ${text}`)),
  )
  await server.rest()
  expect(people.flatMap((person) => person.takeUnheard())).toEqual([])
  await server.server.close()
}

/** One instance of the bot, which comes back whenever it goes. */
const work = async (server: TestServer, connection: string, mishaps: Mishap[]): Promise<void> => {
  for (;;) {
    const bot = await server.bot('order-bot', { connection, capacity: 2 })
    while (await handle(bot, await bot.lease(), mishaps.shift()));
  }
}

/** Whether the instance is still there. */
const handle = async (bot: FakeBot, lease: Notice<Lease>, mishap: Mishap | undefined): Promise<boolean> => {
  if (mishap === 'fail') await bot.fail(lease, { cause: 'told to' })
  else {
    const answering = bot.answer(lease)
    if (mishap === 'vanish') await bot.client.vanish()
    else await answering
  }
  return mishap !== 'vanish'
}
