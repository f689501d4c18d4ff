import { type Middleware, rateLimit } from '@daakia/bot-sdk'
import { expect, test } from 'vitest'
import { ManualClock } from '../support/manual-clock.js'
import { parrot, parrotBot, pile } from '../support/parrot.js'

/** The clock of the server stands at 1,000 s, which is the beginning of a window of 10 s. */
const limited = (say?: string) =>
  parrot([rateLimit({ messages: 2, perSeconds: 10, ...(say !== undefined && { say }) })])
expect(new ManualClock().now() % 10_000).toBe(0)

test('what is too many is not heard; it is said once, and all is handled', async () => {
  const server = limited('Please slow down.')
  await pile(server, 'hi', 'two', 'three', 'four')
  expect(server.said).toEqual(['Began with hi', 'two', 'Please slow down.'])
  expect(server).toMatchObject({ processed: 4, failures: [] })
})

test('without words it is dropped without a word', async () => {
  const server = limited()
  await pile(server, 'hi', 'two', 'three')
  expect(server).toMatchObject({ said: ['Began with hi', 'two'], processed: 3 })
})

test('the next window begins anew, and says so again', async () => {
  const server = limited('Please slow down.')
  server.clock.advance(9_999)
  await pile(server, 'hi', 'two', 'three')
  server.clock.advance(1)
  await pile(server, 'four', 'five', 'six')
  expect(server.said.filter((text) => text !== 'tick')).toEqual([
    ...['Began with hi', 'two', 'Please slow down.'],
    ...['four', 'five', 'Please slow down.'],
  ])
})

test('who waited for a bot that was away is not limited for it', async () => {
  const server = limited('Please slow down.')
  server.holdLeases = true
  for (const text of ['hi', 'two', 'three', 'four']) {
    server.write(text)
    server.clock.advance(5_000)
  }
  server.holdLeases = false
  server.offer()
  await server.rest()
  expect(server.said).toEqual(['Began with hi', 'two', 'three', 'four'])
})

test('each person has a limit of their own', async () => {
  const server = limited('Please slow down.')
  await pile(server, 'hi', 'two', 'three')
  await server.says('wave', { from: 'ben' })
  expect(server.said.slice(-2)).toEqual(['Please slow down.', 'Hello!'])
})

test('a message that is tried again counts once, and is answered again as it was', async () => {
  let isBroken = false
  const breaking: Middleware = {
    name: 'breaking',
    outgoing: (said) => {
      if (isBroken) throw new Error('boom')
      return said
    },
  }
  const server = parrot([rateLimit({ messages: 2, perSeconds: 10, say: 'Please slow down.' }), breaking])
  const again = async () => {
    server.offer()
    await server.rest()
  }
  await server.says('hi')
  for (const text of ['two', 'three']) {
    isBroken = true
    await server.says(text)
    await again()
    isBroken = false
    await again()
  }
  await server.says('four')
  expect(server.failures).toHaveLength(4)
  expect(server.said).toEqual(['Began with hi', 'two', 'Please slow down.'])
  expect(server.processed).toBe(4)
})

test('a process that is started anew counts from nothing', async () => {
  const server = limited('Please slow down.')
  await pile(server, 'hi', 'two')
  await server.redeploy(parrotBot([rateLimit({ messages: 2, perSeconds: 10 })]))
  await server.says('three')
  expect(server.said.at(-1)).toBe('three')
})

test.each([
  [{ messages: 0, perSeconds: 1 }, 'messages: 0 is not a whole number from 1'],
  [{ messages: 1, perSeconds: 0 }, 'perSeconds: 0 is not above 0'],
])('%o makes no sense', (options, message) => {
  expect(() => rateLimit(options)).toThrow(message)
})
