import { harness } from '@daakia/testing'
import { test } from 'vitest'
import { order } from '../src/bot.js'

test('an order is taken question by question', async () => {
  await using chat = await harness({ bot: order })
  const ana = chat.user('ana')
  await ana.says('hello')
  await ana.toHear('Welcome.')
  await ana.toHear('What would you like?')
  await ana.presses('lasagne')
  await ana.toHear('How many?')
  await ana.says('two, to 12 Hill Road')
  await ana.toHear(/^So that is two lasagnes to 12 Hill Road/)
  await ana.says('yes')
  await ana.toHear(/^Ordered/)
  chat.bot.toBeInState(undefined)
})

test('a salad has no size', async () => {
  await using chat = await harness({ bot: order })
  const ana = chat.user('ana')
  await ana.says('a small salad to 12 Hill Road')
  await ana.toHear('Welcome.')
  await ana.toHear('Our salads have one size.')
  await ana.toHear(/^So that is one salad/)
  await ana.says('yes')
  await ana.toHear(/^Ordered/)
})

test('who goes away is reminded, and given up after a day', async () => {
  await using chat = await harness({ bot: order })
  const ana = chat.user('ana')
  await ana.says('two pizzas')
  await ana.toHear('Welcome.')
  await ana.toHear('Where to?')
  await chat.restartBot()
  chat.bot.toHaveScheduled('reminder', { in: '10m' })
  await chat.advance('1d')
  await ana.toHear('Are you still there?')
  await ana.toHear('I stop here. Write again whenever you like.')
})
