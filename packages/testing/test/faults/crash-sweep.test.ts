import { bot, type Heard, type Middleware, type Said, say } from '@daakia/bot-sdk'
import { describe, expect, test, vi } from 'vitest'
import { fromPromise, setup } from 'xstate'
import { type Chat, crashSweep, harness } from '../../src/index.js'
import { echo, other } from '../support/bots.js'

// Processes take a while to start where others are at work.
vi.setConfig({ testTimeout: 300_000 })

const modules = [new URL('../support/bots.ts', import.meta.url)]

const talk = async (chat: Chat) => {
  const ana = chat.user('ana')
  await ana.says('hi')
  await ana.toHear('Hello.')
  await ana.says('one')
  await ana.toHear('You said "one".')
  await chat.advance('10m')
  await ana.toHear('Anybody there?')
}

describe.each(['memory', 'tcp', 'process'] as const)('a crash sweep: %s', (transport) => {
  test('kills bot and server once at each point of each turn, and says where', async () => {
    const { points, crashes } = await crashSweep({ bot: echo, transport, modules }, talk)
    expect(points).toBe(transport === 'process' ? 18 : 24)
    const counted = (of: string, at: string) => crashes.filter((each) => each.of === of && each.at === at)
    for (const of of ['server', 'echo'])
      for (const at of ['turn.leased', 'turn.commit', 'turn.committed'])
        expect(counted(of, at).map(({ nth }) => nth)).toEqual([1, 2, 3])
    // The conversation, two messages, three turns.
    expect(counted('server', 'store.flushing')).toHaveLength(transport === 'process' ? 0 : 6)
  })

  test('goes through conversations of several people and bots', async () => {
    await crashSweep({ bots: [echo, other], transport, modules }, async (chat) => {
      await chat.room('team', ['ana', 'ben', 'echo', 'other'])
      const [ana, ben] = [chat.user('ana'), chat.user('ben')]
      await ana.says('all', { room: 'team' })
      await ben.toHearInAnyOrder('all', 'Hello.', 'Hello.')
      await ben.says('to other', { to: 'other' })
      await ben.toHear('Hello.')
      await ana.toHearInAnyOrder('Hello.', 'Hello.')
    })
  })
})

describe('several conversations at a time', () => {
  test('die at the same points as one after the other', async () => {
    let [under, most] = [0, 0]
    const crashes = async (atOnce: number) => {
      const swept = await crashSweep({ bot: echo, atOnce }, async (chat) => {
        under += 1
        most = Math.max(most, under)
        await talk(chat)
        under -= 1
      })
      return swept.crashes
    }
    const usual = await crashes(1)
    expect(most).toBe(1)
    expect(await crashes(3)).toEqual(usual)
    expect(most).toBe(3)
  })

  test('the first that goes wrong is told, though a later one did so before it; and no more are begun', async () => {
    let begun = 0
    let failsLater = () => {}
    const later = new Promise<void>((resolve) => {
      failsLater = resolve
    })
    const sweep = crashSweep({ bot: echo, atOnce: 2 }, async (chat) => {
      const nth = begun++
      if (nth === 1) await later
      await talk(chat)
      if (nth === 2) failsLater()
      if (nth > 0) throw new Error(`play ${nth}`)
    })
    await expect(sweep).rejects.toThrow(/^When .* is killed at .*: play 1/)
    expect(begun).toBe(3)
  })

  test('there is no half of one', async () => {
    await expect(crashSweep({ bot: echo, atOnce: 0.5 }, talk)).rejects.toThrow(
      'atOnce: 0.5 is not a whole number from 1',
    )
  })
})

test('a call that runs when its bot dies is made again, after a checkpoint too', async () => {
  let calls = 0
  const machine = setup({
    types: {} as { events: Heard; emitted: Said },
    actors: {
      pay: fromPromise(async () => {
        calls += 1
      }),
    },
  }).createMachine({
    id: 'paying',
    initial: 'paying',
    entry: say('One moment.'),
    states: { paying: { invoke: { src: 'pay', onDone: { target: 'paid', actions: say('Paid.') } } }, paid: {} },
  })
  const paying = bot({ id: 'paying', version: 1, machine })
  const { points } = await crashSweep({ bot: paying }, async (chat) => {
    const ana = chat.user('ana')
    await ana.says('pay')
    await ana.toHear('One moment.')
    await ana.toHear('Paid.')
  })
  expect(points).toBe(9)
  expect(calls).toBeGreaterThan(points)
})

/** Says twice what it says where its process has begun anew. */
const twice: Middleware = {
  name: 'twice',
  outgoing: (said, { run }) => (run === 'restored' ? [...said, ...said] : said),
}

describe('a crash sweep finds', () => {
  test('a bot that answers twice when it has died, though the test does not listen', async () => {
    const broken = bot({ id: 'broken', version: 1, machine: echo.machine, use: [twice] })
    const sweep = crashSweep({ bot: broken }, async (chat) => {
      const ana = chat.user('ana')
      ana.ignoresTheRest()
      for (const text of ['hi', 'one', 'two']) await ana.says(text)
    })
    await expect(sweep).rejects.toThrow(
      /^When broken is killed at turn\.committed, the 1st time: Not all of it came as it should:\n {2}doubled: broken said 2 times, and not once, "You said \\"one\\"\." in ana~broken\n/,
    )
  })

  test('a bot that says something else, where it is not told that it may', async () => {
    let said = 0
    const counting: Middleware = { name: 'counting', outgoing: () => [{ type: 'text', body: { text: `${said++}` } }] }
    const broken = bot({ id: 'broken', version: 1, machine: echo.machine, use: [counting] })
    const greet = async (chat: Chat) => {
      chat.user('ana').ignoresTheRest()
      await chat.user('ana').says('hi')
    }
    await expect(crashSweep({ bot: broken }, greet)).rejects.toThrow(/stale: broken would not have said "1"/)
    expect((await crashSweep({ bot: broken, answersVary: true }, greet)).points).toBe(9)
  })
})

test('what goes wrong without anybody being killed is told so', async () => {
  const failing = crashSweep({ bot: echo }, async (chat) => {
    await chat.user('ana').says('hi')
    await chat.user('ana').toHear('Goodbye.')
  })
  await expect(failing).rejects.toThrow(/^When nobody is killed: ana heard something else\./)
})

describe('a server that is killed', () => {
  test('comes back with what it had, and everybody comes back to it', async () => {
    await using chat = await harness({ bot: echo })
    const ana = chat.user('ana')
    await ana.says('hi')
    await ana.toHear('Hello.')
    await chat.restartServer()
    await ana.says('one')
    await ana.toHear('You said "one".')
    await chat.advance('9m')
    await chat.restartServer()
    await ana.toHearNothing({ for: '59s' })
    await chat.advance('1s')
    await ana.toHear('Anybody there?')
    await chat.toDeliverExactlyOnce()
    await chat.toPreserveOrder()
  })
})

test('in which nobody could die has shown nothing, and fails', async () => {
  await expect(crashSweep({ bot: echo }, async () => {})).rejects.toThrow(
    'Nobody could be killed in this conversation: nothing is said in it that is stored, or given to a bot.',
  )
})
