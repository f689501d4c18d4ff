import { bot, type Heard, overlap, type RunInput, type Said, say } from '@daakia/bot-sdk'
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

/** Asks what is wrong, waits until people have described it, and answers quick questions one by one. */
const helpdesk = setup({
  types: {} as { input: RunInput; events: Heard; emitted: Said },
  actions: { repeat: say(({ event }) => (event.type === 'message' ? `${event.text.replaceAll('\n', ' ')}?` : '')) },
}).createMachine({
  id: 'helpdesk',
  entry: say('What is wrong?'),
  initial: 'describing',
  states: {
    describing: {
      meta: overlap({ debounceMs: 2_000 }),
      on: { message: { target: 'chatting', actions: 'repeat' } },
    },
    chatting: { on: { message: { actions: 'repeat' } } },
  },
})

test('a state that waits for quiet has its person finish, over a crash, and the next one does not', async () => {
  await using chat = await harness({ bot: bot({ id: 'helpdesk', version: 1, machine: helpdesk }) })
  const ana = chat.user('ana')
  await ana.says('help me')
  await ana.toHear('What is wrong?')
  await ana.says('my printer')
  await chat.advance('1s')
  await chat.restartBot()
  await ana.says('is on fire')
  await ana.toHearNothing({ for: '1999ms' })
  await chat.advance('1ms')
  await ana.toHear('my printer is on fire?')
  await ana.says('yes')
  await ana.toHear('yes?')
})

test('what was written before a state wants quiet waits for it as well', async () => {
  await using chat = await harness({ bot: bot({ id: 'helpdesk', version: 1, machine: helpdesk }) })
  const ana = chat.user('ana')
  await Promise.all([ana.sends('help me'), ana.sends('my printer'), ana.sends('is on fire')])
  await ana.toHear('What is wrong?')
  await ana.toHearNothing({ for: '1999ms' })
  await chat.advance('1ms')
  await ana.toHear('my printer is on fire?')
})
