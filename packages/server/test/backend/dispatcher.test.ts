import { expect, test } from 'vitest'
import { createActivity } from '../../src/activity.js'
import type { BotConnection, ConnectedBot } from '../../src/backend/turns/bots.js'
import { Dispatcher } from '../../src/backend/turns/dispatcher.js'
import type { LiveSession } from '../../src/broker/exchange/port.js'
import type { Waiting } from '../../src/persistence/port.js'
import { Gate } from '../support/gate.js'
import { ManualClock } from '../support/manual-clock.js'

const session = { closed: false, name: { vendor: 'dev', client: 'bot', connection: 'one' } } as LiveSession
const connection: BotConnection = {
  session,
  qos: 1,
  announcement: { capacity: 10, tellFailures: false },
  turns: new Set(),
  stalled: false,
  retired: false,
  since: 0,
}
const bot: ConnectedBot = { key: 'dev/bot', vendor: 'dev', bot: 'bot', connections: [connection] }

/** A dispatcher over a store that answers what the test says. */
const dispatch = (waiting: () => Promise<Waiting>) => {
  const opened: string[] = []
  const behind: string[] = []
  const clock = new ManualClock()
  const activity = createActivity()
  const dispatcher = new Dispatcher({
    store: { waiting },
    bots: { byKey: () => bot },
    places: { isOurs: () => true, isElsewhere: () => false },
    clock,
    activity,
    isElsewhere: () => false,
    isOpen: (_, conversation) => opened.includes(conversation),
    open: (_, conversation) => opened.push(conversation),
    waitsBehind: (_, conversation) => behind.push(conversation),
    nextDue: () => {},
    failed: () => {},
  })
  return { dispatcher, opened, behind, clock, activity }
}

test('a wake-up that comes while the store is being asked has it asked again', async () => {
  const gate = new Gate()
  const answers = [gate.pass().then(() => ({ conversations: [] })), Promise.resolve({ conversations: ['late'] })]
  const { dispatcher, opened, activity } = dispatch(() => answers.shift() as Promise<Waiting>)
  dispatcher.wake(bot.key)
  dispatcher.wake(bot.key)
  gate.open()
  await activity.idle()
  expect(opened).toEqual(['late'])
})

test('what waits behind a turn that is open is not forgotten: the turn is told, and not opened twice', async () => {
  const { dispatcher, opened, behind, activity } = dispatch(async () => ({ conversations: ['one'] }))
  dispatcher.wake(bot.key)
  await activity.idle()
  dispatcher.wake(bot.key)
  await activity.idle()
  expect([opened, new Set(behind)]).toEqual([['one'], new Set(['one'])])
})

test('a store that has failed is asked again a little later', async () => {
  const answers = [Promise.reject(new Error('the disk is away')), Promise.resolve({ conversations: ['waiting'] })]
  const { dispatcher, opened, clock, activity } = dispatch(() => answers.shift() as Promise<Waiting>)
  dispatcher.wake(bot.key)
  await activity.idle()
  expect(opened).toEqual([])
  clock.advance(1_000)
  await activity.idle()
  expect(opened).toEqual(['waiting'])
})

test('a conversation with news is given out without asking the store, while nobody else waits', async () => {
  let asked = 0
  const { dispatcher, opened, activity } = dispatch(async () => {
    asked++
    return { conversations: [] }
  })
  dispatcher.wakeFor(bot.key, 'news')
  await activity.idle()
  expect([opened, asked]).toEqual([['news'], 0])
})

test('a conversation with news waits its turn behind those that there was no room for', async () => {
  const full = { ...connection, stalled: true }
  bot.connections.splice(0, 1, full)
  const answers: Waiting[] = [{ conversations: ['first'] }, { conversations: ['first', 'news'] }]
  const { dispatcher, opened, activity } = dispatch(async () => answers.shift() ?? { conversations: [] })
  dispatcher.wake(bot.key)
  await activity.idle()
  bot.connections.splice(0, 1, connection)
  dispatcher.wakeFor(bot.key, 'news')
  await activity.idle()
  expect(opened).toEqual(['first', 'news'])
})

test('room that a turn leaves is given to those who wait for it, and to nobody where none does', async () => {
  let asked = 0
  const { dispatcher, activity } = dispatch(async () => {
    asked++
    return { conversations: [] }
  })
  dispatcher.hasRoom(bot.key)
  await activity.idle()
  expect(asked).toBe(0)
  bot.connections.splice(0, 1, { ...connection, stalled: true })
  dispatcher.wakeFor(bot.key, 'late')
  await activity.idle()
  bot.connections.splice(0, 1, connection)
  expect(asked).toBe(1)
})
