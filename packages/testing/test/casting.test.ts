import { expect, test, vi } from 'vitest'
import { waiterBot } from '../../../docs/code/how-to/crash-a-bot/kiosk.js'
import { type Chat, crashSweep, harness } from '../src/index.js'
import { holds, races } from '../src/vitest.js'
import { numbering, numberingBot } from './processes/fixtures/numbering-bot.js'
import { echo, echoBot } from './support/bots.js'
import { failureOf } from './support/failure-of.js'

// Processes take a while to start where others are at work.
vi.setConfig({ testTimeout: 120_000 })

const modules = [new URL('./processes/fixtures/numbering-bot.ts', import.meta.url)]

test.each(['memory', 'tcp', 'process'] as const)('over %s each process gets a bot of its own', async (transport) => {
  await using chat = await harness({ bot: () => numberingBot(), transport, modules })
  const ana = chat.user('ana')
  await ana.says('a number, please')
  await ana.presses('yes')
  for (const text of ['number 1', /Another/, 'number 2', /Another/]) await ana.toHear(text)
  await chat.restartBot()
  await ana.presses('yes')
  for (const text of ['number 1', /Another/]) await ana.toHear(text)
  chat.bot.toBeInState('asking')
  chat.bot.toCover({ states: 60, choices: 50 })
})

test.each(['memory', 'tcp'] as const)('over %s it may close over what the test has', async (transport) => {
  const given: number[] = []
  await using chat = await harness({ bot: () => numberingBot({ given: (n) => given.push(n) }), transport })
  const ana = chat.user('ana')
  await ana.says('a number, please')
  await chat.restartBot()
  await ana.presses('yes')
  ana.ignoresTheRest()
  expect(given).toEqual([1, 1])
})

test('a bot that is given as it is keeps its variables when it starts again', async () => {
  const one = numberingBot()
  await using chat = await harness({ bot: one })
  const ana = chat.user('ana')
  await ana.says('a number, please')
  await chat.restartBot()
  await ana.presses('yes')
  for (const text of ['number 1', /Another/, 'number 2', /Another/]) await ana.toHear(text)
})

test('what all processes reach counts together, also that of machines in a machine', async () => {
  await using chat = await harness({ bot: () => numberingBot() })
  const ana = chat.user('ana')
  ana.ignoresTheRest()
  await ana.says('a number, please')
  await ana.presses('yes')
  await chat.restartBot()
  await ana.presses('no')
  chat.bot.toCover({ states: 100, choices: 100 })
})

const repeats = async (chat: Chat) => {
  const ana = chat.user('ana')
  ana.ignoresTheRest()
  await ana.says('hello')
  await ana.says('a tea')
  await ana.says('well?')
}

test('a sweep in memory finds what depends on the memory of one process', async () => {
  const { message } = await failureOf(() => crashSweep({ bot: () => waiterBot() }, repeats))
  expect(message).toMatch(/^When waiter-bot is killed at turn\.committed, the 2nd time.*lost: .*"Here is a tea\."/s)
  const { points } = await crashSweep({ bot: waiterBot() }, repeats)
  expect(points).toBeGreaterThan(9)
})

test('several bots may be made, beside those that are there, and work that nobody waits for is known in each', async () => {
  const bots = [() => numberingBot(), echo, () => echoBot({ id: 'third' })] as const
  await using chat = await harness({ bots, unawaited: ['work'] })
  const ana = chat.user('ana')
  await ana.says('hi', { to: 'third' })
  await chat.restartBot('third')
  await ana.says('work', { to: 'third' })
  await ana.says('hi')
  await ana.toHearInAnyOrder('Hello.', 'number 1', /Another/)
  await chat.advance('5m')
})

test('a conversation may start in the midst of the machine that is made', async () => {
  await using chat = await harness({ bot: () => numberingBot(), startAt: { state: 'asking' } })
  await chat.user('ana').toHear(/Another/)
})

const shared = numberingBot()
const numbersFor = async (chat: Chat): Promise<string[]> => {
  const people = ['ana', 'ben', 'eve', 'kim', 'lea', 'max', 'ida', 'jon'].map((name) => chat.user(name))
  for (const person of people) await person.says('a number, please')
  const said = await Promise.all(people.map((person) => person.toHear(/^number/)))
  for (const person of people) person.ignoresTheRest()
  return said.map(({ plain = '' }) => plain)
}

races(
  'each of two instances has a bot of its own',
  { bot: () => numberingBot(), instances: 2, schedules: 3 },
  async (chat) => expect((await numbersFor(chat)).filter((text) => text === 'number 1')).toHaveLength(2),
)

races('two instances share a bot that is given as it is', { bot: shared, instances: 2, schedules: 3 }, async (chat) => {
  const numbers = await numbersFor(chat)
  expect(new Set(numbers).size).toBe(numbers.length)
})

holds('each random conversation has a bot of its own', {
  bot: () => numberingBot(),
  says: ['yes'],
  except: ['every message is answered'],
  runs: 5,
  people: 1,
  longest: 2,
  invariants: {
    'the first number is 1': ({ messages, text }) => {
      const first = messages.map(text).find((each) => each.startsWith('number'))
      return first === undefined || first === 'number 1'
    },
  },
})

test('what is no bot is refused, and it is told what the function has to do', async () => {
  const made = (bot: unknown) => harness({ bot: () => bot as typeof numbering })
  await expect(made(undefined)).rejects.toThrow(
    'The function that is given for a bot answers with nothing: it has to return what bot() of @daakia/bot-sdk makes.',
  )
  await expect(made('numbering')).rejects.toThrow('The function that is given for a bot makes no bot, but string')
  await expect(made(Promise.resolve(numbering))).rejects.toThrow('have it make the bot at once, and await before')
})

test('what the function throws is the failure of the harness, and of the restart', async () => {
  const refuses = (): never => {
    throw new Error('the shop is shut')
  }
  await expect(harness({ bot: refuses })).rejects.toThrow('the shop is shut')
  const makes = vi.fn(() => numberingBot()).mockImplementationOnce(() => numberingBot())
  await using chat = await harness({ bot: makes })
  makes.mockImplementation(refuses)
  await expect(chat.restartBot()).rejects.toThrow('the shop is shut')
})

test('all processes of a bot have one id', async () => {
  let times = 0
  await using chat = await harness({ bot: () => numberingBot({ id: `numbering-${++times}` }) })
  await expect(chat.restartBot()).rejects.toThrow(
    'has made "numbering-1" first, and "numbering-2" now: all processes of a bot have one id.',
  )
})

test('a process of its own finds only what a module exports', async () => {
  const bot = () => numberingBot({ id: 'unknown' })
  await expect(harness({ bot, transport: 'process', modules })).rejects.toThrow(
    /must export the bot "unknown", and there is "numbering"/,
  )
})
