import { harness } from '@daakia/testing'
import { test } from 'vitest'
import { order } from '../src/bot.js'

test('a salad has no size', async () => {
  await using chat = await harness({ bot: order })
  const ana = chat.user('ana')
  await ana.says('a small salad to 12 Hill Road')
  await ana.toHear('Welcome.')
  await ana.toHear('Our salads have one size.')
  await ana.toHear(/^Ordered/)
})
