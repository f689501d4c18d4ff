import { describe, expect, test } from 'vitest'
import { group, number, text } from '../../src/config/fields.js'
import { problemOf } from '../../src/config/problems.js'
import { Config } from '../../src/config/schema.js'

const problemsOf = (config: unknown): string[] =>
  (Config.safeParse(config, { reportInput: true }).error?.issues ?? []).map(problemOf)

describe('a configuration that is wrong', () => {
  test.each<[config: unknown, problem: string]>([
    ['on', 'The configuration must be an object with fields such as dev, data, listen; it is "on".'],
    [{ lisen: {} }, 'The configuration has no field lisen: did you mean listen?'],
    [{ listen: { mqttprot: 1 } }, 'listen has no field mqttprot: did you mean mqttPort?'],
    [
      { listen: { mqttPort: '1883' } },
      'listen.mqttPort must be a port from 0 to 65535, such as 1883, or false for none; it is "1883".',
    ],
    [
      { listen: { httpPort: 70_000 } },
      'listen.httpPort must be a port from 0 to 65535, such as 8080, or false for none; it is 70000.',
    ],
    [{ listen: { tls: { certFile: 'a' } } }, 'listen.tls.keyFile is missing: it must be a text, such as "server.key".'],
    [
      { listen: { proxyProtocol: 'yes' } },
      'listen.proxyProtocol must be true or false, or { "from": ["10.0.0.0/8"] } with the addresses of the proxies; it is "yes".',
    ],
    [
      { listen: { origins: 'https://a.example' } },
      'listen.origins must be a list of texts, such as ["https://app.example.com"]; it is "https://a.example".',
    ],
    [{ dev: 'yes' }, 'dev must be true or false; it is "yes".'],
    [{ log: { level: 'loud' } }, 'log.level must be "debug" or "info" or "warn" or "error" or "silent"; it is "loud".'],
    [{ leases: { durationMs: -1 } }, 'leases.durationMs must be a number, and not negative, such as 30000; it is -1.'],
    [
      { limits: { packetSizeBytes: 'big' } },
      'limits.packetSizeBytes must be a whole number, and not negative, such as 262144; it is "big".',
    ],
    [
      { limits: { perVendor: { connections: 1.5 } } },
      'limits.perVendor.connections must be a whole number, and not negative, such as 1000, or "unlimited"; it is 1.5.',
    ],
    [
      { limits: { vendors: { acme: { perClient: { sesions: 1 } } } } },
      'limits.vendors.acme.perClient has no field sesions: did you mean sessions?',
    ],
    [
      { retention: { maximumMessages: 0 } },
      'retention.maximumMessages must be a whole number, and more than 0, such as 10000, or "unlimited"; it is 0.',
    ],
    [
      { retention: { vendors: { acme: { maximumAge: 1 } } } },
      'retention.vendors.acme has no field maximumAge, only maximumAgeSeconds, maximumMessages.',
    ],
    [
      { authentication: { type: 'jwt' } },
      'authentication must be a list, such as [{ "type": "passwordFile", "file": "passwords" }]; it is {"type":"jwt"}.',
    ],
    [
      { authentication: [{ type: 'oauth' }] },
      'authentication[0] must be { type: \'jwt\', … }, with one of the types jwt, passwordFile, clientCertificate, webhook, or a function; its type is "oauth".',
    ],
    [
      { authentication: [{ type: 'constructor' }] },
      'authentication[0] must be { type: \'jwt\', … }, with one of the types jwt, passwordFile, clientCertificate, webhook, or a function; its type is "constructor".',
    ],
    [
      { authentication: [{ type: 'webhook' }] },
      'authentication[0].url is missing: it must be a text, such as "https://id.example.com/mqtt".',
    ],
    [{ access: [{ alow: 'all', topic: 'a' }] }, 'access[0] has no field alow: did you mean allow?'],
    [
      { access: [{ allow: 'all', topic: 'a' }, { topic: 'b' }] },
      'access[1] must have either allow or deny, such as { "allow": "publish", "topic": "sensors/{client}/#" }.',
    ],
    [{ access: [{ deny: 'all' }] }, 'access[0].topic is missing: it must be a text, such as "sensors/{client}/#".'],
    [
      { access: { allow: 'all' } },
      'access must be a list of rules, such as [{ "allow": "publish", "topic": "sensors/{client}/#" }].',
    ],
  ])('%j: one sentence names the field, and shows what is right', (config, problem) => {
    expect(problemsOf(config)).toEqual([problem])
  })

  test('is told with all that is wrong', () => {
    const config = {
      dev: 1,
      listen: { mqttPort: '1' },
      access: [
        { allow: 'al', topic: 'a' },
        { allow: 'all', topic: 1 },
      ],
    }
    expect(problemsOf(config).map((problem) => problem.split(' ')[0])).toEqual([
      'dev',
      'listen.mqttPort',
      'access[0].allow',
      'access[1].topic',
    ])
  })

  test('never shows a secret', () => {
    const config = {
      authentication: [
        { type: 'jwt', secret: ['hunter2'] },
        { type: 'webhook', url: 'x', headers: { a: ['hunter2'] } },
      ],
    }
    const problems = problemsOf(config)
    expect(problems).toHaveLength(2)
    expect(problems.join()).not.toContain('hunter2')
  })
})

describe('a configuration that is right', () => {
  test.each<[config: unknown]>([
    [{}],
    [{ listen: { mqttPort: false, httpPort: 0, proxyProtocol: { from: ['10.0.0.0/8'] } } }],
    [
      {
        limits: {
          perVendor: { connections: 'unlimited' },
          vendors: { acme: { perClient: { sessions: 1 }, topicLevels: 8 } },
        },
      },
    ],
    [
      {
        access: [
          { deny: 'publish', topic: '#', qos: 1, retain: true, clients: ['ana'], vendors: ['acme'], role: 'vendor' },
        ],
      },
    ],
    [{ access: () => true, authentication: [() => undefined, { name: 'mine', authenticate: () => undefined }] }],
    [{ authentication: [{ type: 'clientCertificate', vendorFrom: 'organization', pattern: '(?<client>.*)' }] }],
    [
      {
        authentication: [
          { type: 'webhook', url: 'https://a.example', methods: ['PLAIN'], questionsAtOnce: 1, denyCacheSeconds: 1 },
        ],
      },
    ],
    [{ authentication: [{ type: 'jwt', jwksUrl: 'https://a.example', jwksCacheSeconds: 1, audience: ['a', 'b'] }] }],
  ])('%j is taken', (config) => {
    expect(problemsOf(config)).toEqual([])
  })
})

describe('a group of fields', () => {
  interface Options {
    needed: string
    wanted?: number
  }

  test('does not compile without an option of the server, with one that it has not, or with one of another type', () => {
    const [needed, wanted] = [text('a'), number(1).optional()]
    const groups = [
      group<Options>({ needed, wanted }),
      // @ts-expect-error wanted is missing
      group<Options>({ needed }),
      // @ts-expect-error there is no option other
      group<Options>({ needed, wanted, other: wanted }),
      // @ts-expect-error wanted is no text
      group<Options>({ needed, wanted: needed }),
      // @ts-expect-error wanted may be absent
      group<Options>({ needed, wanted: number(1) }),
    ]
    expect(groups.map((each) => each.safeParse({ needed: 'a', wanted: 1 }).success)).toEqual([
      true,
      false,
      true,
      false,
      true,
    ])
  })
})
