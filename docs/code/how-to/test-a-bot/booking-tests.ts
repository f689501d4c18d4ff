import { harness } from '@daakia/testing'
import { expect, test } from 'vitest'
import { bookingBot } from './booking.js'

test('the table is booked in the book of this test', async () => {
  const book = new Map<string, string>()
  await using chat = await harness({ bot: () => bookingBot(book) })
  const ana = chat.user('ana')
  await ana.says('at six')
  await ana.toHear('It is yours.')
  await chat.restartBot()
  await ana.says('at six')
  await ana.toHear('at six? There is no table left.')
  expect(book.get('at six')).toBe('ana')
})
