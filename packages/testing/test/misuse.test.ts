import { describe, expect, test } from 'vitest'
import { botCoverage } from '../src/coverage.js'
import { crashSweep, harness, lossSweep, type User } from '../src/index.js'
import { chatTests, explore, holds, races } from '../src/vitest.js'
import { echo } from './support/bots.js'
import { shop } from './support/shop.js'

/** A function as who has no types may call it. */
// biome-ignore lint/suspicious/noExplicitAny: what does not fit the types is the matter here
type Untyped = any

const errorOf = async (call: () => unknown): Promise<Error> => {
  try {
    await call()
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('It is taken.')
}

/** The error says what was given and what to write, and the line of the call comes first. */
const expectRefusal = async (call: () => unknown, message: string | RegExp): Promise<void> => {
  const error = await errorOf(call)
  if (typeof message === 'string') expect(error.message).toBe(message)
  else expect(error.message).toMatch(message)
  const [first] = error.stack?.split(error.message)[1]?.trim().split('\n') ?? []
  expect(first).toContain('misuse.test.ts')
}

const [open, crash, lose, find, hold, race, play, cover] = [
  ...[harness, crashSweep, lossSweep, explore, holds, races, chatTests, botCoverage],
] as Untyped[]

const quietly = async () => {}

const paths = { goal: 'states', events: { message: ['hi'] }, expect: { listening: /hi/ } }
const firstPaths = "explore(bot, { goal: 'transitions', events: { message: ['hello'] }, expect: { asking: /\\?$/ } })"
const firstRace = "races('a name', { bot }, async (chat) => { … })"
const firstFiles = "chatTests(new URL('./conversations/', import.meta.url), { bot })"
const texts = "texts, such as says: ['hello', 'cancel'], or an arbitrary of fast-check"

describe('who gives it something else is told what to write, at the line of the test', () => {
  test.for<[string, Untyped, string]>([
    ['nothing', undefined, 'harness was given undefined: write harness({ bot }).'],
    ['null', null, 'harness was given null: write harness({ bot }).'],
    ['a bot alone', echo, 'harness was given a bot: write harness({ bot }).'],
    ['what makes a bot', () => echo, 'harness was given a function: write harness({ bot }).'],
    ['no bot', {}, 'harness was given no "bot": write harness({ bot }).'],
    [
      'one bot for several',
      { bots: echo },
      'harness was given a bot as "bots": write bots: [one, another], or bot: one.',
    ],
    [
      'no bot of several',
      { bots: [] },
      'harness was given an empty array as "bots": write bots: [one, another], or bot: one.',
    ],
    [
      'two bots of one id',
      { bots: [echo, echo] },
      'Two of the bots have the id "echo", and would be taken for instances of one: give each an id of its own.',
    ],
    [
      'a text for a seed',
      { bot: echo, seed: '7' },
      'harness was given "7" as "seed": write a whole number, such as seed: 7.',
    ],
    [
      'a half for a seed',
      { bot: echo, seed: 0.5 },
      'harness was given 0.5 as "seed": write a whole number, such as seed: 7.',
    ],
    [
      'a date',
      { bot: echo, startsAt: new Date(0) },
      'harness was given a Date as "startsAt": write milliseconds since the Unix epoch, such as startsAt: Date.UTC(2026, 11, 24, 18).',
    ],
    [
      'a state alone',
      { bot: echo, startAt: 'listening' },
      `harness was given "listening" as "startAt": write startAt: { state: 'paying' }, with context: { … } where need be.`,
    ],
    [
      'a state that there is not',
      { bot: echo, startAt: { state: 'nowhere' } },
      'The machine has no state "nowhere", but listening, working, gone',
    ],
    [
      'one name for several',
      { bot: echo, unawaited: 'work' },
      `harness was given "work" as "unawaited": write the names of actors, such as unawaited: ['charge'].`,
    ],
    [
      'one module for several',
      { bot: echo, transport: 'process', modules: './bot.ts' },
      `harness was given "./bot.ts" as "modules": write modules: [new URL('../src/order.ts', import.meta.url)].`,
    ],
    ['a time that there is not', { bot: echo, time: 'fast' }, 'time: there is no "fast", but virtual, real'],
    [
      'a duration for milliseconds',
      { bot: echo, stuckAfterMs: '5s' },
      'harness was given "5s" as "stuckAfterMs": write milliseconds, such as stuckAfterMs: 10_000.',
    ],
    [
      'a keep-alive that MQTT has not',
      { bot: echo, keepAliveSeconds: 1e6 },
      'harness was given 1000000 as "keepAliveSeconds": write a whole number to 65,535, such as keepAliveSeconds: 30.',
    ],
  ])('harness, %s', ([, options, message]) => expectRefusal(() => open(options), message))

  test.for<[string, () => unknown, string]>([
    ['crashSweep', () => crash(), 'crashSweep was given undefined: write crashSweep({ bot }, async (chat) => { … }).'],
    [
      'crashSweep without a conversation',
      () => crash({ bot: echo }),
      'crashSweep was given undefined: write crashSweep({ bot }, async (chat) => { … }).',
    ],
    [
      'crashSweep with an option of harness',
      () => crash({ bot: echo, startAt: { state: 'nowhere' } }, quietly),
      'The machine has no state "nowhere", but listening, working, gone',
    ],
    [
      'crashSweep, none at once',
      () => crash({ bot: echo, atOnce: 0 }, quietly),
      'atOnce: 0 is not a whole number from 1',
    ],
    [
      'crashSweep, whose conversation waits for nothing',
      () => crash({ bot: echo }, () => {}),
      'Nobody could be killed in this conversation: nothing is said in it that is stored, or given to a bot.',
    ],
    [
      'lossSweep',
      () => lose({ bot: echo, packets: 'publish' }, quietly),
      `lossSweep was given "publish" as "packets": write packets: ['publish', 'puback'].`,
    ],
  ])('%s', ([, call, message]) => expectRefusal(call, message))

  test.for<[string, () => unknown, string]>([
    ['explore', () => find(echo), `explore was given undefined: write ${firstPaths}.`],
    [
      'explore without events',
      () => find(echo, { ...paths, events: undefined }),
      `explore was given no "events": write what people do, such as events: { message: ['hello', 'yes'] }.`,
    ],
    [
      'explore with one event for several',
      () => find(echo, { ...paths, events: { message: 'hi' } }),
      `explore was given "hi" as "events.message": write a list, such as events: { message: ['hello', 'yes'] }.`,
    ],
    [
      'explore without expect',
      () => find(echo, { ...paths, expect: undefined }),
      'explore was given no "expect": write what is right in each state, such as expect: { asking: /\\?$/ }.',
    ],
    [
      'explore that expects a number',
      () => find(echo, { ...paths, expect: { listening: 5 } }),
      'explore was given 5 as "expect.listening": write a text, a pattern or a function, such as expect: { asking: /\\?$/ }.',
    ],
    [
      'explore with an outcome alone',
      () => find(echo, { ...paths, outcomes: { work: 'ok' } }),
      `explore was given "ok" as "outcomes.work": write outcomes: { charge: { succeeds: ['R1'], neverAnswers: true } }.`,
    ],
    ['holds', () => hold('it holds'), `holds was given undefined: write holds('a name', { bot, says: ['hello'] }).`],
    [
      'holds without a name',
      () => hold({ bot: echo }),
      `holds was given an object: write holds('a name', { bot, says: ['hello'] }).`,
    ],
    ['holds, nothing said', () => hold('it holds', { bot: echo }), `holds was given no "says": write ${texts}.`],
    [
      'holds, one thing said',
      () => hold('it holds', { bot: echo, says: 'hi' }),
      `holds was given "hi" as "says": write ${texts}.`,
    ],
    [
      'holds, no duration',
      () => hold('it holds', { bot: echo, says: ['hi'], waits: ['a day'] }),
      `"a day" is no duration: use milliseconds, or text such as '90s', '10m', '2d'`,
    ],
    [
      'holds, an invariant that is none',
      () => hold('it holds', { bot: echo, says: ['hi'], invariants: { 'it is so': true } }),
      `holds was given true as "invariants.it is so": write invariants: { 'no order is empty': (history) => … }.`,
    ],
    ['races', () => race('a race', { bot: echo }), `races was given undefined: write ${firstRace}.`],
    ['races without a name', () => race({ bot: echo }, quietly), `races was given an object: write ${firstRace}.`],
    [
      'races, not once',
      () => race('a race', { bot: echo, schedules: 0 }, quietly),
      'races was given 0 as "schedules": write a whole number from 1, such as schedules: 100.',
    ],
    ['chatTests', () => play(), `chatTests was given undefined: write ${firstFiles}.`],
    ['chatTests without options', () => play('/nowhere'), `chatTests was given undefined: write ${firstFiles}.`],
    [
      'chatTests without files',
      () => play('/nowhere', { bot: echo }),
      '/nowhere has no chat file: write one, hello.chat, with the line "ana> hello"',
    ],
    [
      'botCoverage',
      () => cover({ reports: 'text' }),
      `botCoverage was given "text" as "reports": write reports: ['text', 'html'].`,
    ],
  ])('%s', ([, call, message]) => expectRefusal(call, message))

  const saying = "a text, or { type: 'location', body: { latitude: 48.2, longitude: 16.37 } }"
  const several = "texts or patterns, one after the other, such as 'Your pizza is ready.', /^Your taxi/"
  const members = "chat.room('team', ['ana', 'ben', 'order-bot'])"
  const heard = "a text or a pattern, such as 'Which size?' or /^Which/"

  test.for<[string, (chat: Untyped, ana: Untyped) => unknown, string | RegExp]>([
    ['user', (chat) => chat.user(), "chat.user was given undefined: write a name, such as chat.user('ana')."],
    ['user who has no name', (chat) => chat.user(''), '"" cannot name a client: 1 to 128 of A-Z a-z 0-9 . _ @ - do.'],
    ['botCalled', (chat) => chat.botCalled('echo'), 'There is no bot "echo" here, but shop'],
    ['room', (chat) => chat.room('team', 'ana'), `chat.room was given "ana": write ${members}.`],
    [
      'room without a name',
      (chat) => chat.room('a b', ['ana']),
      '"a b" cannot name a room: 1 to 128 of A-Z a-z 0-9 . _ @ - do.',
    ],
    [
      'advance',
      (chat) => chat.advance(),
      `undefined is no duration: use milliseconds, or text such as '90s', '10m', '2d'`,
    ],
    ['restartBot', (chat) => chat.restartBot('echo'), 'There is no bot "echo" here, but shop'],
    ['says', (_, ana) => ana.says(), `ana.says was given undefined: write ${saying}.`],
    [
      'says to',
      (_, ana) => ana.says('hi', 'shop'),
      `ana.says was given "shop": write { to: 'order-bot' }, or { room: 'team' }.`,
    ],
    [
      'says what is no location',
      (_, ana) => ana.says({ type: 'location', body: 5 }),
      // Zod says more of it where the whole of it is loaded.
      /^That is no location message: ✖ Invalid input/,
    ],
    ['sends', (_, ana) => ana.sends({ type: 'voice' }), `ana.sends was given an object: write ${saying}.`],
    ['presses', (_, ana) => ana.presses(), "ana.presses was given undefined: write a label, such as 'large'."],
    [
      'fills',
      (_, ana) => ana.fills('Ana'),
      `ana.fills was given "Ana": write the fields by their names, such as { name: 'Ana', guests: 4 }.`,
    ],
    ['toHear', (_, ana) => ana.toHear(), `ana.toHear was given undefined: write ${heard}.`],
    ['toHear from', (_, ana) => ana.toHear(/./, 'shop'), `ana.toHear was given "shop": write { from: 'order-bot' }.`],
    [
      'toHearInAnyOrder',
      (_, ana) => ana.toHearInAnyOrder(),
      `ana.toHearInAnyOrder was given undefined: write ${several}.`,
    ],
    [
      'toHearInAnyOrder, a list',
      (_, ana) => ana.toHearInAnyOrder([/./]),
      `ana.toHearInAnyOrder was given an array: write ${several}.`,
    ],
    ['toHearNothing', (_, ana) => ana.toHearNothing('2d'), `ana.toHearNothing was given "2d": write { for: '2d' }.`],
    ['device', (_, ana) => ana.device(), "ana.device was given undefined: write a name, such as ana.device('phone')."],
    [
      'toBeInState',
      (chat) => chat.bot.toBeInState('choosing', 'ana'),
      `toBeInState was given "ana": write { with: 'ana' }, or { room: 'team' }.`,
    ],
    [
      'toBeInState with nobody',
      (chat) => chat.bot.toBeInState('choosing', { with: 'zoe' }),
      'There is nobody called "zoe" here, but shop, ana: name a bot, or have chat.user("zoe") there before.',
    ],
    [
      'toBeInState in no room',
      (chat) => chat.bot.toBeInState('choosing', { room: 'team' }),
      `There is no room "team" here: make it with chat.room('team', [...])`,
    ],
    [
      'toHaveScheduled',
      (chat) => chat.bot.toHaveScheduled('hold', '15m'),
      `toHaveScheduled was given "15m": write { in: '15m' }.`,
    ],
    [
      'toCover',
      (chat) => chat.bot.toCover(90),
      'toCover was given 90: write figures, such as { states: 100, transitions: 90 }.',
    ],
    [
      'drops',
      (_, ana) => ana.connection.drops('puback', 'server'),
      `ana.connection.drops was given "server": write { from: 'server' }.`,
    ],
    [
      'delays',
      (_, ana) => ana.connection.delays('1s', { from: 'ana' }),
      `ana.connection.delays was given "ana" as "from": write from: 'client', or from: 'server'.`,
    ],
  ])('%s', async ([, call, message]) => {
    await using chat = await harness({ bot: shop })
    const ana: User = chat.user('ana')
    await ana.says('hi')
    await expectRefusal(() => call(chat, ana), message)
    ana.ignoresTheRest()
  })
})

test('what an author’s own function throws keeps its line', async () => {
  const bot = () => {
    throw new RangeError('The shop is closed.')
  }
  const error = await errorOf(() => harness({ bot }))
  expect(error.stack).toMatch(/The shop is closed\.\n {4}at bot /)
})
