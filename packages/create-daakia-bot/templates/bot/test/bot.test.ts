import { harness } from '@daakia/testing'
import { test } from 'vitest'
import { greeter } from '../src/bot.js'

test('it asks for a name and a colour, and reminds whoever falls silent', async () => {
  await using chat = await harness({ bot: greeter })
  const ana = chat.user('ana')
  await ana.says('hi')
  await ana.toHear('Hello!')
  await ana.toHear('What is your name?')
  await ana.says('Ana')
  await ana.toHear(/which colour/i)
  await chat.advance('10m')
  await ana.toHear('Are you still there?')
  await chat.restartBot()
  await ana.says('green')
  await ana.toHear('Nice to meet you, Ana. I like green too.')
})

test('"cancel" ends it at any point', async () => {
  await using chat = await harness({ bot: greeter })
  const ana = chat.user('ana')
  await ana.says('hi')
  await ana.toHear('Hello!')
  await ana.toHear('What is your name?')
  await ana.says('cancel')
  await ana.toHear('Goodbye.')
})
