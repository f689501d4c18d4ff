import type { HeardMessage } from '@daakia/bot-sdk'
import { expect, test } from 'vitest'
import { createActor } from 'xstate'
import { order } from '../src/order.js'

const heard = (text: string): HeardMessage => ({
  text,
  payload: text,
  encoding: 'utf8',
  type: 'text',
  seq: 1,
  id: 'm1',
  from: 'ana',
  at: 0,
})

/** The machine alone, without Daakia: any tool for XState can do what this test does. */
const begin = (text: string) =>
  createActor(order.machine, { input: { conversation: 'ana~order-bot', client: 'ana', message: heard(text) } }).start()

test('the machine runs as a plain XState actor', () => {
  const actor = begin('hello')
  expect(actor.getSnapshot().value).toEqual({ asking: 'dish' })

  actor.send({ type: 'details', order: { dish: 'large pizza', count: 2 } })
  expect(actor.getSnapshot().value).toEqual({ asking: 'address' })

  const message = heard('12 Hill Road')
  actor.getSnapshot().children.address?.send({ type: 'message', text: message.text, message })
  expect(actor.getSnapshot().value).toEqual({ asking: 'confirm' })

  actor.send({ type: 'cancel' })
  expect(actor.getSnapshot().status).toBe('done')
})

test.each([
  ['two large pizzas', { count: 2, dish: 'large pizza' }],
  ['A salad to 12 Hill Road, please.', { count: 1, dish: 'salad', address: '12 Hill Road' }],
  ["I'd like 3 small lasagnes", { count: 3, dish: 'small lasagne' }],
  ['large pizza', { dish: 'large pizza' }],
  ['hello', {}],
  ['12 Hill Road', {}],
  ['thirteen pizzas', {}],
])('of "%s" the first message already answers %j', (text, answered) => {
  expect(begin(text).getSnapshot().context).toEqual(answered)
})
