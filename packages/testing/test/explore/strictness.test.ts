import { bot, type Heard, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { describe, expect, test } from 'vitest'
import { createMachine, fromPromise, setup } from 'xstate'
import type { Person } from '../../src/vitest.js'
import { counter, desk, forgetful, radio, till } from './support/bots.js'
import { failures, planned, site } from './support/planned.js'

const reached = 'every transition is reached'
const playable = 'what happens can be played'

const said = {
  goal: 'transitions' as const,
  events: { message: ['hello'], pay: ['pay'], cancel: ['cancel'] },
  outcomes: { charge: { succeeds: [{ receipt: 'R1' }], fails: [new Error('declined')], neverAnswers: true } },
  expect: { open: /./, paying: /./, trouble: /./, paid: /./ },
}

describe('what can not be played is told before anything is', () => {
  test('an event of which not all values are texts, and that nobody drives', async () => {
    const events = { message: ['hello'], action: [{ name: 'Ana' }] }
    expect(await failures(desk, { goal: 'states', events })).toEqual({
      [playable]:
        'Nobody says what a person does that leads to "action": add drive.action, as not all its values are texts.',
    })
  })

  test('an event that the machine does not know', async () => {
    const { [playable]: failure } = await failures(till, { ...said, events: { ...said.events, apy: ['pay'] } })
    expect(failure).toBe('No state takes the event "apy" of events: is it written so in the machine?')
  })

  test('work of which nobody says how it may end, and outcomes of what is not there', async () => {
    expect((await failures(till, { ...said, outcomes: { charged: { fails: [1] } } }))[playable]).toBe(
      [
        'Nobody says how the work of "charge" may end: add outcomes.charge.',
        'There is no actor "charged", of which outcomes are given.',
      ].join('\n'),
    )
  })

  test('work that never ends, of a bot that stores nothing meanwhile', async () => {
    expect((await failures(forgetful, said))[playable]).toBe(
      'A bot whose checkpointAfterMs is Infinity stores nothing while "charge" does not answer: leave out outcomes.charge.neverAnswers.',
    )
  })

  test('a promise without a name', async () => {
    const machine = createMachine({
      id: 'nameless',
      initial: 'looking',
      states: { looking: { invoke: { src: fromPromise(async () => 1), onDone: 'found' } }, found: {} },
    })
    expect((await failures(machine, { goal: 'states', events: { message: ['hello'] } }))[playable]).toBe(
      'A promise has no name by which it could be told how it ends, the work of nameless.looking: register it under actors of setup.',
    )
  })

  test('an expectation of a state that is not there', async () => {
    expect((await failures(till, { ...said, expect: { payed: /./ } }))[playable]).toBe(
      'There is no state "payed", of which something is expected. There are: open, paying, trouble, paid, no run.',
    )
  })
})

describe('what is not reached is told, and why', () => {
  const why = async (given: object): Promise<string> => (await failures(till, { ...said, ...given }))[reached] ?? ''

  test('nobody says what leads to the event', async () => {
    expect(await why({ events: { message: ['hello'], pay: ['pay'] } })).toBe(
      [
        'Paths reach 5 of 6. Not reached:',
        '  till: paying, cancel → open',
        '    no value of "cancel" is given: add it to events',
      ].join('\n'),
    )
  })

  test('nobody says anything that begins a conversation', async () => {
    const { 'every state is reached': failure } = await failures(till, { ...said, goal: 'states', events: {} })
    expect(failure).toContain(
      "  till: open\n    no conversation begins: add what people say first to events, such as message: ['hello']\n",
    )
  })

  test('the machine hears something else', async () => {
    const failure = await why({ events: { ...said.events, pay: ['take my money'] } })
    expect(failure).toContain(
      '  till: open, pay → paying\n    what is given of "pay" was tried 2 times, and the machine heard nothing',
    )
    expect(failure).toContain('  till: paying, cancel → open\n    its state paying was never reached')
  })

  test('no such outcome is given', async () => {
    expect(await why({ outcomes: { charge: { fails: ['declined'], neverAnswers: true } } })).toContain(
      '  till: paying, onDone of charge → paid\n    no outcome is given with which "charge" succeeds: add it to outcomes.charge.succeeds',
    )
  })

  test('a limit was in the way, and which', async () => {
    expect(await why({ limit: { depth: 2 } })).toContain('\nThe search ended at limit.depth, 2: raise it')
    expect(await why({ limit: { situations: 1 } })).toContain('\nThe search ended at limit.situations, 1: raise it')
    expect(await why({ limit: { seconds: 0 } })).toContain('\nThe search ended at limit.seconds, 0: raise it')
    expect(await why({ limit: { paths: 1 } })).toMatch(/^ {2}2 of 3 paths are not played: raise limit.paths, 1$/m)
  })

  test('what a key makes of situations bounds the search', async () => {
    const given = { goal: 'states' as const, events: { message: ['more'] }, expect: { counting: /./, enough: /./ } }
    const key = ({ value }: { value: unknown }) => value
    const found = await failures(counter, { ...given, key })
    expect(found['every state is reached']).toBe(
      [
        'Paths reach 1 of 2. Not reached:',
        '  counter: enough',
        '    nothing that leads there was taken. counter: counting, message #1 → enough: its guard, isMany, was asked at message and never true',
      ].join('\n'),
    )
  })

  test('a guard is never true, or never asked', async () => {
    const events = { message: ['hello', 'small'], action: ['With cheese', 'What cheese?', { name: 'Ana' }] }
    const drive = {
      action: (person: Person, value: unknown) =>
        typeof value === 'string' ? person.presses(value) : person.fills(value as { name: string }),
    }
    const failure = (await failures(desk, { goal: 'guards', events, drive }))[
      'every transition and answer of a guard is reached'
    ]
    expect(failure).toContain(
      '  desk: asking, onDone of size #1 → offering\n    its guard, ({ event }) => event.output === "large", was asked at onDone of size and never true',
    )
    expect(failure).toContain(
      'if its guard is true\n    it was asked, and always was false: give what makes it true to events or outcomes',
    )
    expect(failure).toContain('if its guard is false\n    it was never asked: its state offering was never reached')
  })

  test('a pair of transitions is never taken together', async () => {
    const failure = await failures(radio, {
      goal: 'pairs',
      events: { power: ['power'], louder: ['louder'] },
      expect: { sound: /./ },
    })
    expect(failure['every pair of transitions is reached']).toContain(
      '  radio: set.off, power → set.on.last; then radio: set.on.music, next → set.on.news\n    radio: set.on.music, next → set.on.news was not taken: no value of "next" is given: add it to events',
    )
  })

  test('no transition leads to a state', async () => {
    const machine = setup({ types: {} as { input: RunInput; events: Heard; emitted: Said } }).createMachine({
      id: 'islands',
      initial: 'here',
      states: { here: { entry: say('Here.') }, there: {} },
    })
    const found = await failures(machine, { goal: 'states', events: { message: ['hello'] }, expect: { here: 'Here.' } })
    expect(found).toEqual({
      'every state is reached': 'Paths reach 1 of 2. Not reached:\n  islands: there\n    no transition leads there',
    })
  })
})

describe('a path', () => {
  test('at whose end nothing is expected fails, and is not played', async () => {
    const { open, trouble, paid } = said.expect
    expect(await failures(till, { ...said, goal: 'states', expect: { open, trouble } })).toEqual({
      'says "hello" → open → says "pay" → charge succeeds → paid':
        'Nothing says what is right at the end of this path: add expect for "paid".',
    })
    expect(paid).toBeDefined()
  })

  test('on which a state does not do what is expected fails, with the transcript', async () => {
    const found = await failures(till, { ...said, goal: 'states', expect: { ...said.expect, paid: 'Paid: R2.' } })
    expect(Object.values(found)).toEqual([
      expect.stringContaining(
        'till does not say in "paid" what is expected there.\n  expected: "Paid: R2."\n  got:      "One moment.", "Paid: R1."',
      ),
    ])
    expect(Object.values(found)[0]).toContain('Transcript:\n  0s  ana> hello\n  0s  till< Say "pay".\n')
  })

  test('on which a function finds something else fails as any test does', async () => {
    const paid = (ana: { toHear(text: string): unknown }) => ana.toHear('Goodbye.')
    const found = await failures(till, { ...said, goal: 'states', expect: { ...said.expect, paid } })
    expect(Object.values(found)).toEqual([expect.stringContaining('ana heard something else.\n  expected: "Goodbye."')])
  })
})

describe('a bot', () => {
  const types = {} as { input: RunInput; context: { count: number }; events: Heard; emitted: Said }

  test('that breaks is a failure, with the path on which it does', async () => {
    const machine = setup({ types }).createMachine({
      id: 'brittle',
      context: { count: 0 },
      initial: 'open',
      states: {
        open: {
          entry: say('Open.'),
          on: {
            message: {
              actions: () => {
                throw new Error('the kettle is empty')
              },
            },
          },
        },
      },
    })
    const found = await failures(machine, {
      goal: 'transitions',
      events: { message: ['tea'] },
      expect: { open: 'Open.' },
    })
    expect(found['says "tea" → open → says "tea" → breaks']).toBe(
      "brittle can't handle the last thing on this path: Error: the kettle is empty",
    )
  })

  test('that does not come to rest is one, too', async () => {
    const machine = setup({ types, actors: { look: fromPromise(async () => 1) } }).createMachine({
      id: 'stuck',
      context: { count: 0 },
      initial: 'open',
      states: { open: {} },
    })
    const stuck = bot({ id: 'stuck', version: 1, machine, use: [{ name: 'never', turn: () => new Promise(() => {}) }] })
    const given = { goal: 'states' as const, events: { message: ['tea'] }, outcomes: { look: { succeeds: [1] } } }
    const found = await failures(stuck, { ...given, harness: { stuckAfterMs: 100 } })
    expect(found['says "tea" → no run → breaks']).toContain('does not come to rest: Not at rest after 100 ms')
  })

  test('that is told what it failed at goes on', async () => {
    const machine = setup({
      types,
      actors: { look: fromPromise(async () => 1) },
    }).createMachine({
      id: 'careful',
      context: { count: 0 },
      initial: 'looking',
      on: { failed: '.trouble' },
      states: {
        looking: { entry: say('I look.'), on: { message: 'there' } },
        there: { invoke: { id: 'look', src: 'look', onDone: 'found' } },
        found: { entry: say('Found.') },
        trouble: { entry: say('Something went wrong.') },
      },
    })
    const tests = await planned(machine, {
      goal: 'transitions',
      events: { message: ['hello'] },
      outcomes: { look: { succeeds: [1], fails: [new Error('lost')] } },
      expect: { found: 'Found.', trouble: 'Something went wrong.' },
    })
    expect(tests.map(({ name }) => name)).toEqual([
      'every transition is reached',
      'says "hello" → looking → says "hello" → look succeeds → found',
      'says "hello" → looking → says "hello" → look fails → trouble',
    ])
    for (const { run } of tests) await run()
  })

  test('that does not do the same each time is caught when a path is played', async () => {
    let times = 0
    const machine = setup({ types }).createMachine({
      id: 'moody',
      context: { count: 0 },
      initial: 'open',
      states: { open: { entry: say(() => `Time ${++times}.`) } },
    })
    const found = await failures(machine, { goal: 'states', events: { message: ['hello'] }, expect: { open: /./ } })
    expect(found['says "hello" → open']).toContain(
      'moody says something else than when this path was found, after: says "hello" → open. It does not do the same each time',
    )
  })

  test('that goes elsewhere each time is, too', async () => {
    let times = 0
    const machine = setup({ types, guards: { isOdd: () => ++times % 3 === 1 } }).createMachine({
      id: 'moody',
      context: { count: 0 },
      initial: 'open',
      states: {
        open: { on: { message: 'asked' } },
        asked: { always: [{ guard: 'isOdd', target: 'odd' }, { target: 'even' }] },
        odd: {},
        even: {},
      },
    })
    const given = { goal: 'states' as const, events: { message: ['hello'] } }
    const expected = { open: () => {}, odd: () => {}, even: () => {} }
    const [all, ...tests] = await planned(machine, { ...given, expect: expected })
    const failed = await Promise.allSettled([...tests, ...tests, ...tests].map(({ run }) => run()))
    expect(all?.name).toBe('every state is reached')
    expect(failed.map((each) => String((each as PromiseRejectedResult).reason)).join()).toContain(
      'moody stands elsewhere than when this path was found',
    )
  })
})

test('a failure points to the line that explores', async () => {
  const [first] = await planned(till, { ...said, events: { message: ['hello'] } })
  await expect(first?.run()).rejects.toMatchObject({ stack: expect.stringContaining(site) })
})
