import { bot, type Heard, type Said, say } from '@daakia/bot-sdk'
import { expect, test } from 'vitest'
import { assign, setup } from 'xstate'
import { harness } from '../src/index.js'

/** Says how many messages it has counted, and fails on one of them. */
const counting = (failed: () => void) => {
  const machine = setup({
    types: {} as { context: { count: number }; events: Heard; emitted: Said },
    actions: {
      fail: () => {
        failed()
        throw new Error('cannot count this')
      },
    },
    guards: { breaks: ({ event }) => event.type === 'message' && event.text === 'break' },
  }).createMachine({
    id: 'counting',
    context: { count: 0 },
    entry: say('Ready.'),
    on: {
      message: [
        { guard: 'breaks', actions: [assign({ count: -1 }), say('Never said.'), 'fail'] },
        {
          actions: [
            assign({ count: ({ context }) => context.count + 1 }),
            say(({ context }) => `That is ${context.count}.`),
          ],
        },
      ],
    },
  })
  return bot({ id: 'counting-bot', version: 1, machine, apology: 'I could not count that.' })
}

test('a message that makes the machine throw is given up after three tries, and the next one is served', async () => {
  let tries = 0
  await using chat = await harness({ bot: counting(() => tries++) })
  const ana = chat.user('ana')
  await ana.says('hello')
  await ana.toHear('Ready.')
  await ana.says('one')
  await ana.toHear('That is 1.')
  await ana.says('break')
  await ana.toHear('I could not count that.')
  await ana.says('two')
  await ana.toHear('That is 2.')
  expect(tries).toBe(3)
})
