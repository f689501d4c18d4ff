import { describe, expect, test } from 'vitest'
import { createServer, memoryKeyValue, OptionsError, type ServerOptions } from '../../src/index.js'

const good: ServerOptions = { storage: memoryKeyValue(), dev: true }

describe('a server does not come into being', () => {
  test.each<[string, Partial<ServerOptions>, string, RegExp]>([
    ['without authentication', { dev: false }, 'authentication', /give authentication, or dev: true/],
    [
      'with authentication that everybody passes by',
      { authentication: [() => ({ identity: { vendor: 'v', client: 'c' } })] },
      'dev',
      /either dev or authentication/,
    ],
    ['in a folder without a name', { storage: { folder: '' } }, 'storage.folder', /path of a folder/],
    ['on a port that is none', { listen: { mqttPort: 70_000 } }, 'listen.mqttPort', /from 0 to 65535/],
    ['on half a port', { listen: { httpPort: 80.5 } }, 'listen.httpPort', /from 0 to 65535/],
    ['on one port for two', { listen: { mqttPort: 1883, httpPort: 1883 } }, 'listen.httpPort', /must differ/],
    ['with a limit below nothing', { limits: { packetSizeBytes: -1 } }, 'limits.packetSizeBytes', /not negative/],
    ['with room for no message', { limits: { receiveMaximum: 0 } }, 'limits.receiveMaximum', /from 1 to 65535/],
    ['that keeps nothing', { retention: { maximumMessages: 0 } }, 'retention.maximumMessages', /more than 0/],
    [
      'that keeps what has no name for half a day of a vendor',
      { retention: { vendors: { acme: { maximumAgeDays: 0.5 } as object } } },
      'retention.vendors.acme.maximumAgeDays',
      /give maximumAgeSeconds, maximumMessages/,
    ],
    ['with leases that end at once', { leases: { durationMs: 0 } }, 'leases.durationMs', /more than 0/],
    ['with leases that cannot be renewed', { leases: { longestMs: 1 } }, 'leases.longestMs', /not be less/],
  ])('%s', (_, options, option, help) => {
    const make = () => createServer({ ...good, ...options })
    expect(make).toThrow(OptionsError)
    expect(make).toThrow(help)
    expect(make).toThrow(expect.objectContaining({ option }))
  })
})

test('what is given as undefined is left at its default', async () => {
  const listen = { mqttPort: 0, host: undefined } as unknown as ServerOptions['listen']
  const server = createServer({ ...good, listen: listen as NonNullable<typeof listen> })
  expect((await server.start()).mqttPort).toBeGreaterThan(0)
  await server.close()
})
