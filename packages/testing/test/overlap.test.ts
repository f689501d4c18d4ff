import { bot, type Heard, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { test } from 'vitest'
import { setup } from 'xstate'
import { harness } from '../src/index.js'

const machine = setup({
  types: {} as { context: { order: string }; input: RunInput; events: Heard; emitted: Said },
}).createMachine({
  id: 'patient',
  context: ({ input }) => ({ order: input.message.text.replaceAll('\n', ' ') }),
  entry: say(({ context }) => `You want: ${context.order}.`),
})

test('a bot that waits for quiet answers once, when its person has finished', async () => {
  const patient = bot({ id: 'patient-bot', version: 1, machine, overlap: { debounceMs: 2_000 } })
  await using chat = await harness({ bot: patient })
  const ana = chat.user('ana')
  await ana.says('two')
  await chat.advance('1s')
  await ana.says('large')
  await chat.advance('1s')
  await ana.says('pizzas')
  await ana.toHearNothing({ for: '1999ms' })
  await chat.advance('1ms')
  await ana.toHear('You want: two large pizzas.')
})
