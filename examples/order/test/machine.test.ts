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
  expect(actor.getSnapshot().value).toBe('asking')

  const says = (text: string) => {
    const message = heard(text)
    actor.getSnapshot().children.order?.send({ type: 'message', text, message })
  }
  for (const text of ['two large pizzas', '12 Hill Road', 'yes']) says(text)
  expect(actor.getSnapshot()).toMatchObject({
    value: 'done',
    status: 'done',
    output: { dish: 'pizza', count: 2, size: 'large', address: '12 Hill Road' },
  })
})

test('cancelled, it ends without an order', () => {
  const actor = begin('two large pizzas')
  actor.send({ type: 'cancel' })
  expect(actor.getSnapshot()).toMatchObject({ value: 'cancelled', status: 'done', output: undefined })
})
