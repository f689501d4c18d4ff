import { createClient } from '@daakia/client-sdk'
import { expect, test } from 'vitest'
import { type DaakiaConfig, serve } from '../../src/index.js'
import { afterwards } from '../support/house.js'
import { testRedis } from '../support/redis.js'
import { testIo, untilWritten } from '../support/test-io.js'

const redis = testRedis()

const freePorts = { mqttPort: 0, httpPort: 0 }

/** Serves, and resolves when it is announced. */
const start = async (config: DaakiaConfig) => {
  const { io, output, written, signal } = testIo()
  const announced = untilWritten(output, /Ctrl-C/)
  const status = serve({ flags: { dev: true, listen: freePorts, ...config } }, io)
  const text = await announced
  afterwards(() => {
    signal('SIGTERM')
    return status
  })
  return { text, written, url: /mqtt:\S+/.exec(text)?.[0] ?? '' }
}

test('two processes with one Redis are one server, and say which Redis that is', async () => {
  const config = { redis: redis.url, redisPrefix: `daakia-cli-test-${process.pid}:` }
  const [one, two] = [await start(config), await start(config)]
  expect(one.text).toContain(`Redis      ${redis.url}`)
  expect(one.text).not.toContain('Data')
  const [ana, ben] = [createClient({ url: one.url, identity: 'ana' }), createClient({ url: two.url, identity: 'ben' })]
  afterwards(() => Promise.all([ana.close(), ben.close()]))
  const heard = new Promise<string | undefined>((resolve) => ben.onMessage(({ text }) => resolve(text)))
  await Promise.all([ana.online(), ben.online()])
  await ana.conversation('ana~ben').send('hello')
  expect(await heard).toBe('hello')
})

test('where there is no Redis it says so in one line, without the password', async () => {
  const { io, written } = testIo()
  const url = 'redis://ana:hidden@127.0.0.1:1'
  expect(await serve({ flags: { dev: true, listen: freePorts, redis: url } }, io)).toBe(1)
  expect(written.errors).toMatch(/^There is no Redis at redis:\/\/127\.0\.0\.1:1\b.*\n$/)
  expect(written.errors).not.toContain('hidden')
})

test('what is no URL of a Redis is told with those that are', async () => {
  const { io, written } = testIo()
  expect(await serve({ flags: { dev: true, listen: freePorts, redis: 'http://127.0.0.1' } }, io)).toBe(1)
  expect(written.errors).toMatch(/^storage\.redis\.url: .*redis\+cluster:/)
})

test('--check-config shows no password', async () => {
  const { io, written } = testIo()
  const redisUrl = 'redis://ana:hidden@redis.example.com'
  expect(await serve({ flags: { dev: true, redis: redisUrl }, checkConfig: true }, io)).toBe(0)
  expect(written.output).toContain('redis://ana:(secret)@redis.example.com')
  expect(written.output).not.toContain('hidden')
})
