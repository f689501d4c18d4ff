import { describe, expect, test } from 'vitest'
import type { AnyStateMachine } from 'xstate'
import { type HarnessOptions, harness as openHarness } from '../src/index.js'
import { echo, echoBot } from './support/bots.js'

describe.each(['memory', 'tcp'] as const)('a conversation in the harness, over %s,', (transport) => {
  const harness = <TMachine extends AnyStateMachine>(options: HarnessOptions<TMachine>) =>
    openHarness({ ...options, transport })

  test('is heard message by message, in order', async () => {
    await using chat = await harness({ bot: echo })
    const ana = chat.user('ana')
    await ana.says('hi')
    await ana.says('one')
    await ana.says('two')
    await ana.toHear('Hello.')
    await ana.toHear(/one/)
    const { from, seq } = await ana.toHear('You said "two".')
    expect({ from, seq }).toEqual({ from: 'echo', seq: 6 })
  })

  test('gives the message that was heard', async () => {
    await using chat = await harness({ bot: echo })
    const ana = chat.user('ana')
    await ana.says('hi')
    expect(await ana.toHear('Hello.')).toMatchObject({ conversation: 'ana~echo', from: 'echo', type: 'text' })
  })

  test('hears through a global pattern each time', async () => {
    await using chat = await harness({ bot: echo })
    const ana = chat.user('ana')
    await ana.says('hi')
    await ana.toHear('Hello.')
    const said = /You said/g
    await ana.says('one')
    await ana.toHear(said)
    await ana.says('two')
    await ana.toHear(said)
  })

  test('takes only as much time as the test gives it', async () => {
    await using chat = await harness({ bot: echo, startsAt: 1_000_000 })
    const ana = chat.user('ana')
    await ana.says('hi')
    expect((await ana.toHear('Hello.')).at).toBe(1_000_000)
    await ana.toHearNothing({ for: '599s' })
    await chat.advance('1s')
    expect((await ana.toHear('Anybody there?')).at).toBe(1_600_000)
  })

  test('lets everything that falls due happen at its own time', async () => {
    await using chat = await harness({ bot: echo, startsAt: 0 })
    const ana = chat.user('ana')
    await ana.says('hi')
    await ana.toHear('Hello.')
    await chat.advance('2d')
    expect((await ana.toHear('Anybody there?')).at).toBe(600_000)
    expect((await ana.toHear('Goodbye.')).at).toBe(900_000)
  })

  test('goes on after a restart of the bot, its timers too', async () => {
    await using chat = await harness({ bot: echo })
    const ana = chat.user('ana')
    await ana.says('hi')
    await ana.toHear('Hello.')
    await chat.restartBot()
    await ana.says('still there?')
    await ana.toHear('You said "still there?".')
    await chat.advance('9m')
    await chat.restartBot()
    await ana.toHearNothing({ for: '59s' })
    await chat.advance('1s')
    await ana.toHear('Anybody there?')
  })

  test('lets a restart end what would never end', async () => {
    let begin = () => {}
    const begun = new Promise<void>((resolve) => {
      begin = resolve
    })
    const endless = () => {
      begin()
      return new Promise<void>(() => {})
    }
    const works = [endless, () => Promise.resolve()]
    await using chat = await harness({ bot: echoBot({ work: async () => works.shift()?.() }) })
    const ana = chat.user('ana')
    await ana.says('hi')
    await ana.toHear('Hello.')
    await ana.sends('work')
    await begun
    await chat.restartBot()
    await ana.toHear('Done.')
  })

  test('reaches a bot that is at work', async () => {
    await using chat = await harness({ bot: echo })
    const ana = chat.user('ana')
    await ana.says('hi')
    await ana.toHear('Hello.')
    await ana.sends('work')
    await ana.says('cancel')
    chat.bot.toBeInState('listening')
  })

  test('is one of each person with the bot', async () => {
    await using chat = await harness({ bot: echo })
    const [ana, ben] = [chat.user('ana'), chat.user('ben')]
    await ana.says('hi')
    await ben.says('hi')
    await ben.says('leave')
    await ana.toHear('Hello.')
    await ben.toHear('Hello.')
    await ben.toHear('Goodbye.')
    chat.bot.toBeInState('listening', { with: 'ana' })
    chat.bot.toBeInState(undefined, { with: 'ben' })
    expect(chat.user('ana')).toBe(ana)
  })

  test('has everybody there from their first mention on', async () => {
    await using chat = await harness({ bot: echo })
    const ana = chat.user('ana')
    await ana.says('hi')
    await ana.toHear('Hello.')
    const ben = chat.user('ben')
    await ana.says('hi', { to: 'ben' })
    await ben.toHear('hi')
    const eve = chat.user('eve')
    await ana.sends('hello', { to: 'eve' })
    await eve.toHear('hello')
  })

  test('is with somebody who is there, or it is told who is', async () => {
    await using chat = await harness({ bots: [echo, echoBot({ id: 'other' })] })
    const ana = chat.user('ana')
    const told =
      'There is nobody called "othr" here, but echo, other, ana: name a bot, or have chat.user("othr") there before.'
    await expect(ana.says('hi', { to: 'othr' })).rejects.toThrow(told)
    await expect(ana.sends('hi', { to: 'othr' })).rejects.toThrow(told)
  })

  test('is over when the chat is closed, and says so', async () => {
    const chat = await harness({ bot: echo })
    const ana = chat.user('ana')
    await chat.close()
    const late = 'The chat is closed: ana.says comes too late.'
    await expect(ana.says('hi')).rejects.toThrow(late)
    await expect(chat.advance('1m')).rejects.toThrow('The chat is closed: chat.advance comes too late.')
  })

  test('may be with several bots', async () => {
    await using chat = await harness({ bots: [echo, echoBot({ id: 'other' })] })
    const ana = chat.user('ana')
    await ana.says('hi')
    await ana.says('hi', { to: 'other' })
    expect([(await ana.toHear('Hello.')).from, (await ana.toHear('Hello.')).from]).toEqual(['echo', 'other'])
    await chat.restartBot('other')
    await ana.says('leave', { to: 'other' })
    await ana.toHear('Goodbye.')
    chat.bot.toBeInState('listening')
    chat.botCalled('other').toBeInState(undefined)
    expect(() => chat.botCalled('third')).toThrow('There is no bot "third" here, but echo, other')
  })

  test('is the same with the same seed, and another one with another', async () => {
    const idOf = async (seed: number) => {
      await using chat = await harness({ bot: echo, seed })
      const ben = chat.user('ben')
      await chat.user('ana').says('hi', { to: 'ben' })
      return (await ben.toHear('hi')).id
    }
    expect(await idOf(7)).toBe(await idOf(7))
    expect(await idOf(7)).not.toBe(await idOf(8))
  })

  test('may be closed by hand, and closed twice', async () => {
    const chat = await harness({ bot: echo })
    await chat.close()
    await chat.close()
  })

  test('knows the names of the states', async () => {
    await using chat = await harness({ bot: echo })
    // @ts-expect-error there is no such state
    expect(() => chat.bot.toBeInState('dancing')).toThrow('echo is in another state')
  })
})
