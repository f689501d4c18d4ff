import { ask, type Bot, bot, type Heard, type Middleware, type RunInput, type Said, say } from '@daakia/bot-sdk'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { assign, fromPromise, setup } from 'xstate'
import { z } from 'zod'
import { atRest, Fleet, House, transcript } from './support/house.js'

const open: House[] = []
afterEach(async () => {
  for (const house of open.splice(0)) await house.close()
})

const house = async (): Promise<House> => {
  const opened = await House.open()
  open.push(opened)
  return opened
}

type Own = { type: 'ask' } | { type: 'work' } | { type: 'remind' }

/** Repeats how much it has heard, so that a turn that was lost or doubled shows in all that comes later. */
const machine = setup({
  types: {} as { context: { heard: number; last: string }; input: RunInput; events: Heard<Own>; emitted: Said },
  actors: {
    size: ask({ say: 'Which size?', schema: z.enum(['small', 'large']) }),
    work: fromPromise<string, number>(async ({ input }) => `Worked, after ${input}.`),
  },
  actions: { count: assign({ heard: ({ context }) => context.heard + 1 }) },
  delays: { soon: 20 },
}).createMachine({
  id: 'counting',
  context: ({ input }) => ({ heard: 0, last: input.message.text }),
  entry: say(({ context }) => `Hello, ${context.last}.`),
  initial: 'listening',
  states: {
    listening: {
      on: {
        message: { actions: ['count', say(({ context, event }) => `${context.heard}: ${event.text}`)] },
        ask: { target: 'asking', actions: 'count' },
        work: { target: 'working', actions: 'count' },
        remind: { target: 'reminding', actions: 'count' },
      },
    },
    asking: {
      invoke: {
        id: 'size',
        src: 'size',
        onDone: { target: 'listening', actions: say(({ context, event }) => `${event.output}, ${context.heard}`) },
        onError: { target: 'listening', actions: say('Never mind.') },
      },
    },
    working: {
      invoke: {
        id: 'work',
        src: 'work',
        input: ({ context }) => context.heard,
        onDone: { target: 'listening', actions: say(({ event }) => event.output) },
      },
    },
    reminding: { after: { soon: { target: 'listening', actions: say('Reminded.') } } },
  },
})

const own = ['ask', 'work', 'remind'] as const

const counting = (id: string, use: readonly Middleware[] = []): Bot =>
  bot({
    ...{ id, version: 1, machine, use },
    recognise: (text) => {
      const type = own.find((each) => each === text)
      return type && { type }
    },
  })

const step = fc.record({
  says: fc.constantFrom('hi', 'one', 'ask', 'work', 'remind', 'large', 'small', 'cancel', 'help', 'start over'),
  dies: fc.constantFrom(undefined, 'turn.leased', 'turn.commit', 'turn.committed'),
})

test('ten instances, of which one dies at every turn, say what one says that lives', async () => {
  const at = await house()
  const fleet = await Fleet.of(at, counting('fleet'))
  await at.instance(counting('alone'))
  let people = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      const ana = await at.person(`ana-${people++}`)
      const talks = { fleet: ana.to('fleet'), alone: ana.to('alone') }
      for (const { says, dies } of steps) {
        fleet.doom(dies)
        for (const [name, talk] of Object.entries(talks)) await atRest(talk, name, await talk.send(says))
        fleet.doom(undefined)
      }
      const said = (await transcript(talks.alone)).map((line) => line.replace(/^alone:/, 'fleet:'))
      expect(await transcript(talks.fleet)).toEqual(said)
    }),
    { numRuns: 12, endOnFailure: true },
  )
  expect(fleet.deaths).toBeGreaterThan(5)
}, 60_000)

test.each([
  ['in memory', 100],
  ['restored for each turn', 0],
])(
  'pairs that many people send at once are all counted: %s',
  async (_, hotRuns) => {
    const at = await house()
    await Fleet.of(at, counting('counting'), { instances: 3, hotRuns })
    const pairs = 5
    const counted = async (name: string): Promise<readonly string[]> => {
      const talk = (await at.person(name)).to('counting')
      await talk.send('hi')
      for (let pair = 0; pair < pairs; pair++) {
        const sent = await Promise.all([talk.send(`${pair}a`), talk.send(`${pair}b`)])
        await atRest(talk, 'counting', { seq: Math.max(...sent.map(({ seq }) => seq)) })
      }
      return (await transcript(talk)).filter((line) => line.startsWith('counting: ')).slice(1)
    }
    const texts = Array.from({ length: pairs }, (_, pair) => [`${pair}a`, `${pair}b`]).flat()
    const wanted = texts.map((text, at) => `counting: ${at + 1}: ${text}`)
    const names = Array.from({ length: 20 }, (_, number) => `person-${number}`)
    expect(await Promise.all(names.map(counted))).toEqual(names.map(() => wanted))
  },
  60_000,
)

test('the runs that were used last stay in memory, and the others are restored and answer right', async () => {
  const at = await house()
  const runs: string[] = []
  const noting: Middleware = {
    name: 'noting',
    turn: ({ conversation, run }, next) => {
      runs.push(`${conversation.split('~')[0]} ${run}`)
      return next()
    },
  }
  await at.instance(counting('counting', [noting]), { hotRuns: 2 })
  const names = ['ana', 'ben', 'cleo']
  const talks = new Map<string, ReturnType<Awaited<ReturnType<House['person']>>['to']>>()
  for (const name of names) talks.set(name, (await at.person(name)).to('counting'))
  const order = ['ana', 'ben', 'cleo', 'cleo', 'ben', 'ana', 'ben', 'cleo', 'ana']
  for (const name of order) {
    const talk = talks.get(name)
    if (talk) await atRest(talk, 'counting', await talk.send('hi'))
  }
  expect(runs).toEqual([
    ...['ana new', 'ben new', 'cleo new', 'cleo hot', 'ben hot', 'ana restored', 'ben hot'],
    ...['cleo restored', 'ana restored'],
  ])
  for (const talk of talks.values())
    expect((await transcript(talk)).filter((line) => line.startsWith('counting: '))).toEqual([
      'counting: Hello, hi.',
      'counting: 1: hi',
      'counting: 2: hi',
    ])
})

const deferred = () => {
  let resolve = () => {}
  const promise = new Promise<void>((resolved) => {
    resolve = resolved
  })
  return { promise, resolve: () => resolve() }
}

test('"cancel" is heard in the midst of a promise that runs, which is told to stop', async () => {
  const at = await house()
  const began = deferred()
  const stopped = deferred()
  const work = fromPromise<void>(({ signal }) => {
    began.resolve()
    signal.addEventListener('abort', () => stopped.resolve())
    return new Promise(() => {})
  })
  const endless = setup({ types: {} as { events: Heard; emitted: Said }, actors: { work } }).createMachine({
    id: 'endless',
    initial: 'working',
    states: {
      working: {
        entry: say('One moment.'),
        invoke: { id: 'work', src: 'work' },
        on: { cancel: { target: 'idle', actions: say('Stopped.') } },
      },
      idle: { on: { message: { actions: say(({ event }) => `Heard ${event.text}.`) } } },
    },
  })
  await at.instance(bot({ id: 'endless', version: 1, machine: endless }))
  const talk = (await at.person('ana')).to('endless')
  await talk.send('work')
  await began.promise
  const cancelled = await talk.send('cancel')
  await stopped.promise
  await atRest(talk, 'endless', cancelled)
  await atRest(talk, 'endless', await talk.send('more'))
  const said = (await transcript(talk)).filter((line) => line.startsWith('endless: '))
  expect(said).toEqual(['endless: One moment.', 'endless: Stopped.', 'endless: Heard more.'])
})
