import { harness } from '@daakia/testing'
import { test } from 'vitest'
import { order } from '../src/bot.js'

test('it asks for what is missing, reminds whoever falls silent, and goes on after a restart', async () => {
  await using chat = await harness({ bot: order })
  const ana = chat.user('ana')
  await ana.says('two coffees, please')
  await ana.toHear('Hello!')
  await ana.toHear('2 × coffee. Right?')
  await chat.advance('10m')
  await ana.toHear('Are you still there?')
  await chat.restartBot()
  await ana.says('no, make that three')
  await ana.toHear('3 × coffee. Right?')
  await ana.says('yes')
  await ana.toHear('Here you are: 3 × coffee.')
})

test('"cancel" ends it at any point', async () => {
  await using chat = await harness({ bot: order })
  const ana = chat.user('ana')
  await ana.says('hi')
  await ana.toHear('Hello!')
  await ana.toHear(/^What would you like to drink\?/)
  await ana.says('cancel')
  await ana.toHear('Goodbye.')
})
