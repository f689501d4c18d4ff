import { harness, type KnownChoiceOf, type User } from '@daakia/testing'
import { test } from 'vitest'
import { order } from '../ask-questions.js'

type Customer = User<typeof order.machine, KnownChoiceOf<typeof order.machine>>

test('a size is chosen, of those that there are', async () => {
  await using chat = await harness({ bot: order })
  const ana: Customer = chat.user('ana')
  await ana.says('hello')
  await ana.toHear('Which size?')
  await ana.presses('small')
  await ana.toHear('How many?')
})
