import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { harness } from '@daakia/testing'
import { expect, onTestFinished, test, vi } from 'vitest'

/** A service whose first answer never comes. */
const payments = async () => {
  const keys: unknown[] = []
  let heard = () => {}
  const asked = new Promise<void>((resolve) => {
    heard = resolve
  })
  const server = createServer((request, response) => {
    keys.push(request.headers['idempotency-key'])
    heard()
    if (keys.length > 1) response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/charges`, keys, asked }
}

test('the bot of the page about running one asks for a payment again with the same key', async () => {
  const { url, keys, asked } = await payments()
  vi.stubEnv('PAYMENTS_URL', url)
  const { payment } = await import('../../../../docs/code/how-to/run-a-bot/payment.js')
  await using chat = await harness({ bot: payment })
  const ana = chat.user('ana')
  await ana.sends('pay')
  await asked
  await chat.restartBot()
  await ana.toHear('Paid.')
  expect(keys).toEqual([expect.any(String), keys[0]])
})
