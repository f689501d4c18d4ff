import { ask, bot, conversations, type Heard, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { describe, expect, test } from 'vitest'
import { fromPromise, not, setup } from 'xstate'
import * as z from 'zod/mini'
import { type Chat, harness } from '../src/index.js'
import { echo, echoBot } from './support/bots.js'
import { failureOf } from './support/failure-of.js'

type Pay = { type: 'pay'; sum: number }

const till = bot({
  id: 'till',
  version: 1,
  machine: setup({
    types: {} as { input: RunInput; events: Heard<Pay>; emitted: Said },
    guards: {
      isMuch: (_, { least }: { least: number }) => least < 0,
      isOpen: () => true,
    },
    actors: { bank: fromPromise(() => new Promise<void>(() => {})) },
  }).createMachine({
    id: 'till',
    initial: 'open',
    states: {
      open: {
        on: {
          pay: [
            { guard: { type: 'isMuch', params: { least: 10 } }, target: 'closed' },
            { guard: ({ event }) => event.sum > 5, target: 'checking' },
          ],
        },
      },
      checking: {
        always: [
          { guard: not('isOpen'), target: 'closed' },
          { guard: 'isOpen', target: 'paid' },
        ],
      },
      paid: { invoke: { src: 'bank', onDone: 'closed' }, on: { cancel: 'closed' } },
      closed: { entry: say('Closed.'), after: { 90000: 'open' } },
    },
  }),
  recognise: (text) => (text.startsWith('pay') ? { type: 'pay', sum: Number(text.slice(4)) } : undefined),
})

/** How things stand, as the next failure tells it. */
const situationOf = async (chat: Chat): Promise<string> =>
  (await failureOf(() => chat.bot.toBeInState('nowhere'))).message

describe('a failure tells of a bot', () => {
  test('which way it took last, by which guards', async () => {
    await using chat = await harness({ bot: till, stuckAfterMs: 300 })
    const ana = chat.user('ana')
    await ana.says('hi')
    await ana.sends('pay 7')
    await ana.says('cancel')
    await ana.toHear('Closed.')
    expect(await situationOf(chat)).toContain(`till in ana~till: idle, in "closed"
  last:    cancel: paid → closed
  waits:   1m 30s in closed fires after advance('90s')
`)
  })

  test('each step of it that needed no event', async () => {
    await using chat = await harness({ bot: till, stuckAfterMs: 300 })
    const ana = chat.user('ana')
    await ana.says('hi')
    const failure = await failureOf(() => ana.says('pay 7'))
    expect(failure.message).toContain(`till in ana~till: at work, in "paid", where bank runs
  last:    pay: open → checking, as isMuch was false and ({ event }) => event.sum > 5 was true; then checking → paid, as not(isOpen) was false and isOpen was true
`)
  })

  test('what its guards refused', async () => {
    await using chat = await harness({ bot: till })
    const ana = chat.user('ana')
    await ana.says('hi')
    await ana.says('pay 3')
    expect(await situationOf(chat)).toContain('  refused: pay, as isMuch and ({ event }) => event.sum > 5 were false\n')
    ana.ignoresTheRest()
  })

  test('which way the conversation took that is open, of several', async () => {
    const asking = setup({
      types: {} as { input: RunInput; events: Heard; emitted: Said },
      actors: { size: ask({ say: 'Which size?', schema: z.enum(['small', 'large']) }) },
      delays: { hold: 60_000 },
    }).createMachine({
      id: 'asking',
      initial: 'open',
      states: {
        open: { invoke: { id: 'size', src: 'size', onDone: 'sized' } },
        sized: { after: { hold: 'over' } },
        over: { type: 'final' },
      },
    })
    const machine = conversations({
      id: 'several',
      conversations: { sizing: { machine: asking, on: [] } },
      otherwise: 'sizing',
    })
    await using chat = await harness({ bot: bot({ id: 'several', version: 1, machine }) })
    const ana = chat.user('ana')
    await ana.says('hi')
    await ana.presses('large')
    ana.ignoresTheRest()
    chat.bot.toHaveScheduled('sizing', { in: '1m' })
    expect(await situationOf(chat)).toContain(
      `  last:    size is done: open → sized of sizing
`,
    )
    expect(await situationOf(chat)).toContain(`  waits:   hold in sized of sizing fires after advance('1m')\n`)
  })

  test('that it has failed, how often, and at what', async () => {
    await using chat = await harness({ bot: echo })
    const ana = chat.user('ana')
    await ana.says('hi')
    await ana.says('break')
    const situation = await situationOf(chat)
    expect(situation).toContain('  failed:  3 times at message 3, Error: the kettle is empty\n')
    expect(situation).toMatch(/\(echo: The turn failed.*: at .* \(packages\/testing\/test\/.*\)\) 3 times\n/)
  })

  test('that its state is parked, and why', async () => {
    const machine = setup({
      types: {} as { input: RunInput; events: Heard; emitted: Said },
    }).createMachine({ id: 'changing', initial: 'asking', states: { asking: { on: { message: 'asking' } } } })
    let version = 1
    // The second process has other code.
    const deployed = {
      ...bot({ id: 'changing', version, machine }),
      get version() {
        return version
      },
    }
    await using chat = await harness({ bot: deployed })
    const ana = chat.user('ana')
    await ana.says('hi')
    version = 2
    await chat.restartBot()
    await ana.says('hello?')
    expect(await situationOf(chat)).toContain(
      'changing in ana~changing: parked, in "asking": The stored state does not fit the machine: it is of version 1, this is version 2\n',
    )
  })

  test('that it never got its turns, and why', async () => {
    const talkative = bot({ id: 'talkative', version: 1, machine: echo.machine, apology: 'a'.repeat(2_000) })
    await using chat = await harness({ bot: talkative })
    const ana = chat.user('ana')
    await ana.says('hi')
    const failure = await failureOf(() => ana.toHear('Hello.'))
    expect(failure.message).toMatch(/\nConnections: ana online, talkative never subscribed, closed \(.*apology.*\)\n/)
  })
})

describe('the nearest that came', () => {
  const greeted = async () => {
    const chat = await harness({ bots: [echo, echoBot({ id: 'other' })] })
    const ana = chat.user('ana')
    await ana.says('hi')
    await ana.says('one')
    return { chat, ana, [Symbol.asyncDispose]: () => chat.close() }
  }

  test.each([
    ['You said "ten".', 'nearest:  "You said \\"one\\"." (comes later)'],
    [/said/, 'nearest:  "You said \\"one\\"." (comes later)'],
  ])('comes later than it should, %s', async (expected, nearest) => {
    await using scene = await greeted()
    expect((await failureOf(() => scene.ana.toHear(expected))).message).toContain(nearest)
  })

  test('was heard before', async () => {
    await using scene = await greeted()
    await scene.ana.toHear('Hello.')
    await scene.ana.toHear(/one/)
    await scene.chat.advance('1m')
    const failure = await failureOf(() => scene.ana.toHear('Hallo.'))
    expect(failure.message).toContain('expected: "Hallo."\n  nearest:  "Hello." (was heard before, at 0s)\n')
  })

  test('was said to somebody else', async () => {
    await using scene = await greeted()
    const ben = scene.chat.user('ben')
    await ben.says('hi')
    await ben.says('two')
    await ben.toHear('Hello.')
    const failure = await failureOf(() => ben.toHear('You said "one".'))
    expect(failure.message).toContain('nearest:  "You said \\"one\\"." (was said in ana~echo, at 0s)\n')
  })

  test('is not told where it is what came next, nor where nothing is near', async () => {
    await using scene = await greeted()
    const near = await failureOf(() => scene.ana.toHear('Hallo.'))
    const far = await failureOf(() => scene.ana.toHear('What would you like to eat?'))
    expect([near, far].map(({ message }) => message.includes('nearest:'))).toEqual([false, false])
  })
})

describe('a forgotten await', () => {
  test('is told at the end of the test, by its line', async () => {
    const failure = await failureOf(async () => {
      await using chat = await harness({ bot: echo })
      chat.user('ana').says('hi')
    })
    expect(failure.message).toMatch(
      /^The test forgets to await: write "await ana\.says\(…\)"\. Nobody awaits ana\.says, at packages\/testing\/test\/situations\.test\.ts:\d+\.\n/,
    )
    expect(failure.stack).toMatch(/^ {4}at .*situations\.test\.ts/m)
  })

  test('is told where something else fails for it', async () => {
    await using chat = await harness({ bot: echo })
    const ana = chat.user('ana')
    await ana.says('hi')
    await ana.toHear('Hello.')
    chat.advance('10m')
    const failure = await failureOf(() => ana.toHear('Anybody?'))
    expect(failure.message).toMatch(/^ana heard .* Nobody awaits chat\.advance, at .*situations\.test\.ts:\d+\.\n/)
  })

  test('is told though what nobody waits for has failed', async () => {
    const failure = await failureOf(async () => {
      await using chat = await harness({ bot: echo })
      const ana = chat.user('ana')
      await ana.says('hi')
      ana.toHear('Good morning.')
      await ana.toHear('Hello.')
    })
    expect(failure.message).toContain('write "await ana.toHear(…)"')
  })

  test('is none where several are awaited at once, or one later', async () => {
    await using chat = await harness({ bot: echo })
    const [ana, ben] = [chat.user('ana'), chat.user('ben')]
    await Promise.all([ana.says('hi'), ben.says('hi')])
    const later = ben.toHear('Hello.')
    await ana.toHear('Hello.').finally(() => {})
    await later
  })
})

describe('the command that plays a test again', () => {
  test("has the test's own name, with [what] a pattern or a shell ($HOME) 'reads'", async () => {
    await using chat = await harness({ bot: echo })
    const situation = await situationOf(chat)
    expect(situation).toContain(
      String.raw`Again: DAAKIA_SEED=1 npx vitest run packages/testing/test/situations.test.ts -t 'the command that plays a test again has the test'\''s own name, with \[what\] a pattern or a shell \(\$HOME\) '\''reads'\'''`,
    )
  })

  test('is of it alone', async () => {
    await using chat = await harness({ bot: echo })
    expect(await situationOf(chat)).toContain("-t '^the command that plays a test again is of it alone$'")
  })

  test('is of it alone, though the name of another test begins so', async () => {
    await using chat = await harness({ bot: echo })
    expect(await situationOf(chat)).toContain("though the name of another test begins so'")
  })

  test('needs no seed where the test has one', async () => {
    await using chat = await harness({ bot: echo, seed: 7 })
    expect(await situationOf(chat)).toContain("Again: npx vitest run packages/testing/test/situations.test.ts -t '")
  })

  test('has the seed of the run', async () => {
    process.env.DAAKIA_SEED = '7'
    try {
      await using chat = await harness({ bot: echo })
      await chat.user('ana').says('hi')
      const { id } = await chat.user('ana').toHear('Hello.')
      await using other = await harness({ bot: echo, seed: 7 })
      await other.user('ana').says('hi')
      expect((await other.user('ana').toHear('Hello.')).id).toBe(id)
      expect(await situationOf(chat)).toContain('Again: DAAKIA_SEED=7 npx vitest')
    } finally {
      delete process.env.DAAKIA_SEED
    }
  })

  test('is refused a seed that is no number', async () => {
    process.env.DAAKIA_SEED = 'seven'
    try {
      await expect(harness({ bot: echo })).rejects.toThrow('DAAKIA_SEED: "seven" is no whole number')
    } finally {
      delete process.env.DAAKIA_SEED
    }
  })
})
