import { bot, type Heard, type RunInput, type Said } from '@daakia/bot-sdk'
import { expect, test } from 'vitest'
import { setup } from 'xstate'
import { harness } from '../src/index.js'
import { failureOf } from './support/failure-of.js'

const machine = setup({ types: {} as { input: RunInput; events: Heard; emitted: Said } }).createMachine({
  id: 'door',
  initial: 'open',
  states: { open: { on: { message: 'closed', help: 'open' } }, closed: {} },
})
const door = bot({ id: 'door-bot', version: 1, machine })

const closed = async () => {
  const chat = await harness({ bot: door })
  await chat.user('ana').says('hello')
  await chat.user('ana').says('close it')
  return chat
}

test('a chat that reaches what it is to passes', async () => {
  await using chat = await closed()
  chat.bot.toCover({ states: 100, transitions: 50 })
  chat.bot.toCover({})
})

test('one that reaches less fails with what it never reached', async () => {
  await using chat = await closed()
  const { message, stack } = await failureOf(() => chat.bot.toCover({ states: 100, transitions: 75, guards: 100 }))
  expect(message).toMatch(
    [
      'This chat covers less of door-bot than it is to.',
      '  50 % of its transitions, and is to cover 75 %. Never reached:',
      '    door: open, help → open',
    ].join('\n'),
  )
  expect(stack).toContain('to-cover.test.ts:29:')
})

test('a figure that is none is named', async () => {
  await using chat = await closed()
  expect(() => chat.bot.toCover({ lines: 1 } as object)).toThrow('toCover: "lines" is none of')
  chat.user('ana').ignoresTheRest()
})
