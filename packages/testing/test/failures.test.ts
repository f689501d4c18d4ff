import { readFile } from 'node:fs/promises'
import { bot } from '@daakia/bot-sdk'
import { describe, expect, test } from 'vitest'
import { createMachine, emit, fromPromise, setup } from 'xstate'
import { type Chat, type ConversationFailure, harness } from '../src/index.js'
import { echo } from './support/bots.js'
import { failureOf } from './support/failure-of.js'
import { shop } from './support/shop.js'

/** Ana has said hi, and has heard nothing yet. */
const greeted = async (chat: Chat) => {
  const ana = chat.user('ana')
  await ana.says('hi')
  return ana
}

describe('a failure tells', () => {
  test('what was heard instead', async () => {
    await using chat = await harness({ bot: echo })
    const ana = await greeted(chat)
    const failure = await failureOf(() => ana.toHear('Good morning.'))
    expect(failure.message).toBe(
      `ana heard something else.
  expected: "Good morning."
  got:      "Hello."

Transcript:
  0s  ana> hi
  0s  echo< Hello.   <- not heard by ana

echo in ana~echo: idle, in "listening"
  accepts: break, leave, message, work
  waits:   nudge in listening fires after advance('10m'); farewell in listening fires after advance('15m')
Connections: ana online, echo online
Time: 0s
Again: DAAKIA_SEED=1 npx vitest run packages/testing/test/failures.test.ts -t 'a failure tells what was heard instead'`,
    )
    expect(failure).toMatchObject({ expected: 'Good morning.', actual: 'Hello.' })
  })

  test('what a person did other than speak, as a chat file has it', async () => {
    await using chat = await harness({ bot: shop })
    const [ana, ben] = [chat.user('ana'), chat.user('ben')]
    const phone = ana.device('phone')
    await ana.says('hi')
    await phone.presses('L')
    await ana.presses('Pay')
    await ana.fills({ street: 'Hill Road, 12', floor: 3 })
    await ben.says({ type: 'location', body: { latitude: 48.2, longitude: 16.37 } })
    await ben.says({ type: 'reaction', body: { seq: 1, reaction: '+1' } })
    await ben.says({ type: 'voice', contentType: 'audio/ogg', payload: new Uint8Array([1, 2, 3]) })
    const { message } = await failureOf(() => ana.toHear('Goodbye.'))
    const deeds = message.split('\n').filter((line) => /\] (ana|ben)/.test(line))
    expect(deeds.map((line) => line.trim())).toEqual([
      '0s  [ana~shop] ana> hi',
      '0s  [ana~shop] ana on phone presses "large, for two"',
      '0s  [ana~shop] ana presses "Pay"',
      '0s  [ana~shop] ana fills street="Hill Road, 12", floor=3',
      '0s  [ben~shop] ben sends location {"latitude":48.2,"longitude":16.37}',
      '0s  [ben~shop] ben sends reaction {"seq":1,"reaction":"+1"}',
      '0s  [ben~shop] ben sends voice, 3 bytes of audio/ogg',
    ])
    for (const user of [ana, ben]) user.ignoresTheRest()
  })

  test('that something was passed over', async () => {
    await using chat = await harness({ bot: echo })
    const ana = await greeted(chat)
    await ana.says('one')
    const failure = await failureOf(() => ana.toHear('You said "one".'))
    expect(failure.message).toContain('  got:      "Hello."\n')
  })

  test('that the bot is stuck', async () => {
    const machine = createMachine({
      id: 'door',
      initial: 'open',
      states: { open: { entry: emit({ type: 'say', text: 'It is open.' }), on: { message: 'shut' } }, shut: {} },
    })
    await using chat = await harness({ bot: bot({ id: 'door-bot', version: 1, machine }) })
    const ana = await greeted(chat)
    await ana.toHear('It is open.')
    const open = await failureOf(() => ana.toHear('It is shut.'))
    expect(open.message).toMatch(/^ana heard nothing\. No timer waits that could bring more\.\n/)
    expect(open.message).not.toContain('stuck:')
    await ana.says('shut it')
    expect((await failureOf(() => ana.toHear('It is shut.'))).message).toContain(
      'door-bot in ana~door-bot: idle, in "shut"\n  last:    message: open → shut\n  stuck:   it accepts nothing and waits for nothing\n',
    )
  })

  test('the line of the author by which it broke, and no line of Node', async () => {
    const read = fromPromise(async () => (await readFile('/nowhere/prices.json')).length)
    const machine = setup({ actors: { read } }).createMachine({ id: 'shop', invoke: { id: 'read', src: 'read' } })
    await using chat = await harness({ bot: bot({ id: 'shop-bot', version: 1, machine }) })
    const ana = await greeted(chat)
    const { message } = await failureOf(() => ana.toHear('Hello.'))
    expect(message).toMatch(/ENOENT.*: at .*packages\/testing\/test\/failures\.test\.ts:\d+/)
    ana.ignoresTheRest()
  })

  test('that nobody has spoken to the bot', async () => {
    await using chat = await harness({ bot: echo })
    const [ana, ben] = [chat.user('ana'), chat.user('ben')]
    const told = (begin: string) =>
      `ana heard nothing. A bot speaks when it is spoken to, and nobody has spoken in a conversation of ana yet: begin with ${begin}, or`
    await ben.says('hi')
    await ben.toHear('Hello.')
    expect((await failureOf(() => ana.toHear('Hello.'))).message).toContain(told("ana.says('hello')"))
    expect((await failureOf(() => ana.toHearInAnyOrder('Hello.'))).message).toContain(told("ana.says('hello')"))
    await chat.room('team', ['ana', 'ben', 'echo'])
    const inTheTeam = told("ana.says('hello', { room: 'team' })")
    expect((await failureOf(() => ana.toHear('Hello.'))).message).toContain(inTheTeam)
    await ana.goesOffline()
    await ana.says('hi')
    expect((await failureOf(() => ana.toHear('Hello.'))).message).toContain('the connection of ana is taken offline')
    await ana.comesBack()
    await ana.toHear('Hello.')
  })

  test('that nothing was heard, and when something is due', async () => {
    await using chat = await harness({ bot: echo })
    const ana = await greeted(chat)
    await ana.toHear('Hello.')
    await chat.advance('9m')
    const failure = await failureOf(() => ana.toHear(/there/))
    expect(failure.message).toContain(
      `ana heard nothing. Not yet: nudge in listening fires after advance('1m').\n  expected: /there/\n`,
    )
    expect(failure.message).toContain('Time: 9m\n')
  })

  test('which state the bot is in', async () => {
    await using chat = await harness({ bot: echo })
    await greeted(chat)
    const failure = await failureOf(() => chat.bot.toBeInState('working'))
    expect(failure.message).toContain('echo is in another state.\n  expected: "working"\n  got:      "listening"\n')
  })

  test('that the machine has no such state, with those that it has', async () => {
    await using chat = await harness({ bot: echo })
    await greeted(chat)
    const failure = await failureOf(() => chat.bot.toBeInState('listning' as 'listening'))
    expect(failure.message).toMatch(
      /^echo is in another state\. Its machine has no state "listning", but (.*, )?listening\b.*\.\n {2}expected: "listning"/,
    )
  })

  test('that a text is compared as a whole, where a part of it was expected', async () => {
    await using chat = await harness({ bot: echo })
    const ana = await greeted(chat)
    const failure = await failureOf(() => ana.toHear('Hello'))
    expect(failure.message).toMatch(/^ana heard something else\. A text is compared as a whole: .* give a pattern\.\n/)
    expect((await failureOf(() => ana.toHear('Good'))).message).toMatch(/^ana heard something else\.\n/)
  })

  test('that no run is going on', async () => {
    await using chat = await harness({ bot: echo })
    const ana = await greeted(chat)
    await ana.says('leave')
    const failure = await failureOf(() => chat.bot.toBeInState('listening'))
    expect(failure.message).toContain('  expected: "listening"\n  got:      no run\n')
    expect(failure.message).toContain('echo in ana~echo: idle, no run\n  last:    leave: listening → gone\n')
  })

  test('whose conversation it could be, where there are several', async () => {
    await using chat = await harness({ bot: echo })
    await greeted(chat)
    await chat.user('ben').says('hi')
    const failure = await failureOf(() => chat.bot.toBeInState('listening'))
    expect(failure.message).toContain("echo has several conversations; say whose: { with: 'ana' }")
    expect(failure.message).toContain('[ana~echo] echo< Hello.   <- not heard by ana')
    expect(failure.message).toContain('[ben~echo] echo< Hello.   <- not heard by ben')
  })

  test('what broke the silence, and when', async () => {
    await using chat = await harness({ bot: echo })
    const ana = await greeted(chat)
    await ana.toHear('Hello.')
    const failure = await failureOf(() => ana.toHearNothing({ for: '2d' }))
    expect(failure.message).toContain('ana was to hear nothing for 2d.\n  got:      "Anybody there?" at 10m\n')
    expect(failure.message).toContain('\n  10m  echo< Anybody there?   <- not heard by ana\n')
  })

  test('what had broken the silence before', async () => {
    await using chat = await harness({ bot: echo })
    const ana = await greeted(chat)
    const failure = await failureOf(() => ana.toHearNothing())
    expect(failure.message).toContain('ana was to hear nothing.\n  got:      "Hello." at 0s\n')
  })

  test('what was left unheard at the end', async () => {
    const failure = await failureOf(async () => {
      await using chat = await harness({ bot: echo })
      await greeted(chat)
    })
    expect(failure.message).toContain('The test ends, and did not hear all that was said: 1 to ana.')
    expect(failure.message).toContain('echo< Hello.   <- not heard by ana')
  })

  test('who is not at rest', async () => {
    await using chat = await harness({ bot: echo, stuckAfterMs: 1_000 })
    const ana = await greeted(chat)
    await ana.toHear('Hello.')
    const failure = await failureOf(() => ana.says('work'))
    expect(failure.message).toContain(
      'Not everybody is at rest after 1 s of real time: echo has not handled message 3 of ana~echo, which it has had since 0s.',
    )
  })

  test('that the bot broke, and how', async () => {
    await using chat = await harness({ bot: echo })
    const ana = await greeted(chat)
    await ana.toHear('Hello.')
    await ana.says('break')
    const failure = await failureOf(() => ana.toHear('Done.'))
    expect(failure.message).toContain('  got:      "Something broke."\n')
    expect(failure.message).toMatch(/\(echo: The turn failed.*the kettle is empty: at .*bots\.ts.*\)/)
  })

  test('of a restart', async () => {
    await using chat = await harness({ bot: echo })
    const ana = await greeted(chat)
    await chat.advance('1m')
    await chat.restartBot()
    const failure = await failureOf(() => ana.toHearNothing())
    expect(failure.message).toContain('  1m  (echo restarts)\n')
  })

  test('that something goes on for ever', async () => {
    const machine = createMachine({
      id: 'restless',
      initial: 'one',
      states: { one: { after: { 0: 'other' } }, other: { after: { 0: 'one' } } },
    })
    const restless = bot({ id: 'restless', version: 1, machine })
    await using chat = await harness({ bot: restless, stuckAfterMs: 1_000 })
    const failure = await failureOf(() => chat.user('ana').says('hi'))
    // Between two of its turns it is the server's work.
    expect(failure.message).toMatch(
      /at rest after 1 s of real time: (restless has not handled timer xstate\.after\S+ of ana~restless|restless is given a turn|the server has work that does not end)/,
    )
  })

  test('the line of the test, first', async () => {
    const failures: ConversationFailure[] = []
    const left = await failureOf(async () => {
      await using chat = await harness({ bot: echo })
      await greeted(chat)
    })
    await using chat = await harness({ bot: echo })
    const ana = await greeted(chat)
    failures.push(
      left,
      await failureOf(() => ana.toHear('Good morning.')),
      await failureOf(() => ana.toHearNothing()),
      await failureOf(() => chat.bot.toBeInState('working')),
    )
    for (const { stack = '', message } of failures) {
      const [first] = stack.slice(`ConversationFailure: ${message}\n`.length).split('\n')
      expect(first).toContain('failures.test.ts')
    }
  })
})

test('what has failed once is not told again at the end', async () => {
  const chat = await harness({ bot: echo })
  const ana = await greeted(chat)
  await failureOf(() => ana.toHear('Good morning.'))
  await chat.close()
})
