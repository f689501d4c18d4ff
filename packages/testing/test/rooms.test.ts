import { bot, type Heard, type Said, say } from '@daakia/bot-sdk'
import { describe, expect, test } from 'vitest'
import { setup } from 'xstate'
import { orderBot, paymentBot } from '../../../docs/code/how-to/hand-over-a-conversation.js'
import { type Chat, harness } from '../src/index.js'

/** Counts what it hears, and reminds of it after an hour. */
const counter = bot({
  id: 'counter',
  version: 1,
  machine: setup({
    types: {} as { events: Heard; emitted: Said },
    delays: { reminder: 3_600_000 },
  }).createMachine({
    id: 'counter',
    initial: 'none',
    states: {
      none: { on: { message: 'one' } },
      one: { entry: say('One.'), on: { message: 'more' }, after: { reminder: 'more' } },
      more: { entry: say('More.') },
    },
  }),
})

/** Ana and Ben are in a room with the bot, and Ana has spoken there twice. */
const inRoom = async (): Promise<Chat> => {
  const chat = await harness({ bot: counter })
  await chat.room('team', ['ana', 'ben', 'counter'])
  const [ana, ben] = [chat.user('ana'), chat.user('ben')]
  await ana.says('a', { room: 'team' })
  await ana.says('b', { room: 'team' })
  await ben.toHear('a', { from: 'ana' })
  await ben.toHear('b', { from: 'ana' })
  for (const each of [ana, ben]) await each.toHear('One.')
  return chat
}

describe('a room', () => {
  test('has a state of the bot of its own, which is not that of a conversation with one of its members', async () => {
    await using chat = await harness({ bot: counter })
    await chat.room('team', ['ana', 'ben', 'counter'])
    chat.bot.toBeInState(undefined, { room: 'team' })
    const [ana, ben] = [chat.user('ana'), chat.user('ben')]
    await ana.says('hi', { room: 'team' })
    await ben.toHear('hi', { from: 'ana' })
    chat.bot.toBeInState('none')
    await ben.says('me too', { room: 'team' })
    await ana.toHear('me too', { from: 'ben' })
    for (const each of [ana, ben]) await each.toHear('One.', { from: 'counter' })
    chat.bot.toHaveScheduled('reminder', { in: '1h', room: 'team' })
    await ana.says('hi')
    chat.bot.toBeInState('one', { room: 'team' })
    chat.bot.toBeInState('none', { with: 'ana' })
    expect(() => chat.bot.toBeInState('one', { room: 'teem' })).toThrow("chat.room('teem', [...])")
  })

  test('tells what tells its conversation apart, where a test does not say which is meant', async () => {
    const chat = await inRoom()
    await chat.user('ben').says('hi')
    expect(() => chat.bot.toBeInState('one')).toThrow("counter has several conversations; say which: { room: 'team' }")
    await chat.close().catch(() => {})
  })

  test('fails a check that is not so with the state that the bot is in there', async () => {
    const chat = await inRoom()
    expect(() => chat.bot.toBeInState('none', { room: 'team' })).toThrow('counter in team: idle, in "one"')
    await chat.close().catch(() => {})
  })

  test('has people in it, and is made before somebody speaks there', async () => {
    await using chat = await harness({ bot: counter })
    await expect(chat.room('machines', ['counter'])).rejects.toThrow('has no people in it')
    await expect(chat.user('ana').says('hi', { room: 'team' })).rejects.toThrow("chat.room('team', [...])")
  })
})

describe('a conversation that is handed over', () => {
  test('in a room is heard by all of its people, whoever answers, and goes back there', async () => {
    await using chat = await harness({ bots: [orderBot, paymentBot] })
    await chat.room('team', ['ana', 'ben', 'order-bot'])
    const [ana, ben] = [chat.user('ana'), chat.user('ben')]
    await ana.says('hi', { room: 'team' })
    await ben.toHear('hi')
    for (const each of [ana, ben]) await each.toHear('One pizza, 7 euros. Right?')
    await ben.says('yes', { room: 'team' })
    await ana.toHear('yes')
    for (const each of [ana, ben]) await each.toHear('7 euros: which card?', { from: 'payment-bot' })
    chat.botCalled('payment-bot').toBeInState('asking')
    await chat.restartBot('payment-bot')
    await ben.says('the blue one', { room: 'team' })
    await ana.toHear('the blue one')
    for (const each of [ana, ben]) await each.toHear('Paid, receipt R-7. It is on its way.', { from: 'order-bot' })
    chat.bot.toBeInState('paid', { room: 'team' })
    chat.botCalled('payment-bot').toBeInState(undefined)
  })

  test('in a room is taken back when its time is up, before all of its people', async () => {
    await using chat = await harness({ bots: [orderBot, paymentBot] })
    await chat.room('team', ['ana', 'ben', 'order-bot'])
    const [ana, ben] = [chat.user('ana'), chat.user('ben')]
    await ben.says('hi', { room: 'team' })
    await ben.says('yes', { room: 'team' })
    await chat.advance('10m')
    await ana.toHear('hi')
    await ana.toHear('One pizza, 7 euros. Right?')
    await ana.toHear('yes')
    await ben.toHear('One pizza, 7 euros. Right?')
    for (const each of [ana, ben]) {
      await each.toHear('7 euros: which card?')
      await each.toHear('Pay at the door, then.')
      await each.toHear('Nothing was paid.')
    }
    chat.bot.toBeInState('unpaid', { room: 'team' })
  })

  test('tells people who has it, which is in the way of nothing that a test expects', async () => {
    const chat = await harness({ bots: [orderBot, paymentBot] })
    const ana = chat.user('ana')
    await ana.says('hi')
    await ana.says('yes')
    await ana.toHearInAnyOrder('7 euros: which card?', 'One pizza, 7 euros. Right?')
    chat.botCalled('payment-bot').toBeInState('asking')
    await ana.says('the blue one')
    await ana.toHear(/receipt/)
    await ana.toHearNothing()
    await chat.close()
  })

  test('tells it where that is what a test expects', async () => {
    const chat = await harness({ bots: [orderBot, paymentBot] })
    const ana = chat.user('ana')
    await ana.says('hi')
    await ana.toHear('One pizza, 7 euros. Right?')
    await ana.says('yes')
    await ana.toHearInAnyOrder('7 euros: which card?', '[handed over to payment-bot: payment]')
    await ana.says('the blue one')
    await ana.toHear(/handed back/)
    await ana.toHear(/receipt/)
    await expect(ana.toHear('[handed over to payment-bot: payment]')).rejects.toThrow('ana heard nothing.')
    await chat.close()
  })
})
