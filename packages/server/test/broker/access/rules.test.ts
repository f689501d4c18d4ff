import { describe, expect, it, test } from 'vitest'
import { type AccessRequest, OptionsError, type Principal, type Rule, rules } from '../../../src/index.js'

const ana: Principal = { vendor: 'acme', client: 'ana', connection: 'phone' }
const acme: Principal = { vendor: 'acme', client: 'desk', connection: 'desk-1', role: 'vendor' }

const publish = (topic: string, fields: Partial<AccessRequest> = {}): AccessRequest => ({
  action: 'publish',
  topic,
  qos: 0,
  retain: false,
  ...fields,
})
const subscribe = (topic: string, fields: Partial<AccessRequest> = {}): AccessRequest => ({
  ...publish(topic, fields),
  action: 'subscribe',
})

const may = (list: readonly Rule[], request: AccessRequest, principal: Principal = ana) =>
  rules(list).authorize(principal, request)

describe('rules', () => {
  it('allow nothing that none of them names', () => {
    expect(may([], publish('a'))).toBe(false)
    expect(may([{ allow: 'publish', topic: 'a' }], publish('b'))).toBe(false)
    expect(may([{ allow: 'publish', topic: 'a' }], publish('a'))).toBe(true)
  })

  it('are about publishing, subscribing, or both', () => {
    expect(may([{ allow: 'publish', topic: 'a' }], subscribe('a'))).toBe(false)
    expect(may([{ allow: 'subscribe', topic: 'a' }], publish('a'))).toBe(false)
    expect(may([{ allow: 'all', topic: 'a' }], publish('a'))).toBe(true)
    expect(may([{ allow: 'all', topic: 'a' }], subscribe('a'))).toBe(true)
  })

  it('are asked in order, and the first that is about a request decides', () => {
    const list: Rule[] = [
      { allow: 'publish', topic: 'a/open' },
      { deny: 'publish', topic: 'a/+' },
      { allow: 'publish', topic: '#' },
    ]
    expect([may(list, publish('a/open')), may(list, publish('a/other')), may(list, publish('b'))]).toEqual([
      true,
      false,
      true,
    ])
  })

  it('refuse a subscription that is wider than what one of them allows', () => {
    const list: Rule[] = [
      { allow: 'subscribe', topic: 'a/+' },
      { allow: 'subscribe', topic: 'b/#' },
    ]
    expect(may(list, subscribe('a/+'))).toBe(true)
    expect(may(list, subscribe('a/#'))).toBe(false)
    expect(may(list, subscribe('+/x'))).toBe(false)
    expect(may(list, subscribe('#'))).toBe(false)
    expect(may(list, subscribe('b'))).toBe(true)
  })

  it('refuse a subscription of which a part is denied', () => {
    const list: Rule[] = [
      { deny: 'subscribe', topic: 'a/secret/#' },
      { allow: 'subscribe', topic: 'a/#' },
    ]
    expect(may(list, subscribe('a/news'))).toBe(true)
    expect(may(list, subscribe('a/+/salary'))).toBe(false)
    expect(may(list, subscribe('a/+'))).toBe(false)
    expect(may(list, subscribe('a/#'))).toBe(false)
  })

  it('let nobody see topics that begin with $ by a wildcard', () => {
    expect(may([{ allow: 'all', topic: '#' }], subscribe('$SYS/#'))).toBe(false)
    expect(may([{ allow: 'all', topic: '+/uptime' }], subscribe('$SYS/uptime'))).toBe(false)
    expect(may([{ allow: 'all', topic: '$SYS/#' }], subscribe('$SYS/uptime'))).toBe(true)
    expect(
      may(
        [
          { deny: 'all', topic: '$SYS/#' },
          { allow: 'all', topic: '#' },
        ],
        subscribe('#'),
      ),
    ).toBe(true)
  })

  it('allow up to a QoS, and deny from one on', () => {
    expect(
      [0, 1, 2].map((qos) => may([{ allow: 'all', topic: 'a', qos: 1 }], publish('a', { qos: qos as 0 }))),
    ).toEqual([true, true, false])
    const list: Rule[] = [
      { deny: 'all', topic: '#', qos: 2 },
      { allow: 'all', topic: 'a' },
    ]
    expect([0, 1, 2].map((qos) => may(list, subscribe('a', { qos: qos as 0 })))).toEqual([true, true, false])
  })

  it('tell retained messages from others, and leave subscriptions alone with that', () => {
    const list: Rule[] = [{ allow: 'all', topic: 'a', retain: false }]
    expect([may(list, publish('a')), may(list, publish('a', { retain: true })), may(list, subscribe('a'))]).toEqual([
      true,
      false,
      true,
    ])
    expect(
      may(
        [
          { deny: 'publish', topic: '#', retain: true },
          { allow: 'all', topic: '#' },
        ],
        publish('a'),
      ),
    ).toBe(true)
  })

  it('name clients and vendors that they are about', () => {
    const list: Rule[] = [{ allow: 'all', topic: 'a', clients: ['ana'], vendors: ['acme'] }]
    expect(may(list, publish('a'))).toBe(true)
    expect(may(list, publish('a'), { ...ana, client: 'ben' })).toBe(false)
    expect(may(list, publish('a'), { ...ana, vendor: 'other' })).toBe(false)
  })

  it('put the names of who asks into their topics', () => {
    const list: Rule[] = [{ allow: 'all', topic: '{vendor}/{client}/{connection}/#' }]
    expect(may(list, subscribe('acme/ana/phone/#'))).toBe(true)
    expect(may(list, publish('acme/ben/phone/x'))).toBe(false)
    expect(may(list, publish('acme/{client}/phone/x'))).toBe(false)
  })
})

describe('a client identifier', () => {
  const named = (connection: string): Principal => ({ ...ana, connection })

  it.each(['+', '#', 'a/b', '/', '+/+', 'a/#'])('such as %s widens no rule', (connection) => {
    const list: Rule[] = [{ allow: 'all', topic: 'of/{connection}/x' }]
    for (const topic of ['of/a/x', 'of/a/b/x', 'of//x', `of/${connection}/x`])
      expect(may(list, subscribe(topic), named(connection))).toBe(false)
    for (const topic of ['of/+/x', 'of/#', '#']) expect(may(list, subscribe(topic), named(connection))).toBe(false)
  })

  it.each(['+', '#', 'a/b'])('such as %s escapes no rule that denies', (connection) => {
    const list: Rule[] = [
      { deny: 'all', topic: 'of/{connection}/locked' },
      { allow: 'all', topic: '#' },
    ]
    expect(may(list, publish('of/a/b/locked'), named(connection))).toBe(false)
    expect(may(list, publish('of/a/locked'), named(connection))).toBe(false)
    expect(may(list, publish('other/a'), named(connection))).toBe(true)
  })

  it('opens no topic that begins with $', () => {
    expect(may([{ allow: 'all', topic: '{connection}/#' }], subscribe('$SYS/#'), named('$SYS'))).toBe(false)
    expect(may([{ allow: 'all', topic: 'x/{connection}' }], subscribe('x/$SYS'), named('$SYS'))).toBe(true)
  })

  it('is a name and nothing else, also where objects have such a property', () => {
    const list: Rule[] = [{ allow: 'all', topic: 'of/{connection}' }]
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '{client}', '$&', '$1']) {
      expect(may(list, publish(`of/${name}`), named(name))).toBe(true)
      expect(may(list, publish('of/ana'), named(name))).toBe(false)
    }
  })
})

describe('a vendor identity', () => {
  it('may do for any of its clients what each of them may', () => {
    const list: Rule[] = [{ allow: 'all', topic: 'sensors/{client}/{connection}/#' }]
    expect(may(list, publish('sensors/ana/phone/on'), acme)).toBe(true)
    expect(may(list, subscribe('sensors/+/+/#'), acme)).toBe(true)
    expect(may(list, subscribe('sensors/#'), acme)).toBe(false)
    expect(may(list, subscribe('sensors/+/+/#'))).toBe(false)
  })

  it('is denied what each of its clients is denied', () => {
    const list: Rule[] = [
      { deny: 'all', topic: 'sensors/{client}/locked' },
      { allow: 'all', topic: 'sensors/#' },
    ]
    expect(may(list, publish('sensors/ana/locked'), acme)).toBe(false)
    expect(may(list, subscribe('sensors/+/on'), acme)).toBe(true)
  })

  it('keeps its own vendor in {vendor}', () => {
    const list: Rule[] = [{ allow: 'all', topic: '{vendor}/{client}' }]
    expect(may(list, publish('acme/ana'), acme)).toBe(true)
    expect(may(list, publish('other/ana'), acme)).toBe(false)
  })

  it('has rules of its own', () => {
    const list: Rule[] = [{ allow: 'all', topic: 'audit/#', role: 'vendor' }]
    expect([may(list, subscribe('audit/#'), acme), may(list, subscribe('audit/#'))]).toEqual([true, false])
  })
})

test.each<[problem: string, rule: unknown, option: string, help: RegExp]>([
  ['is no object', 'allow all', 'access[1]', /must be a rule/],
  ['is a list', [], 'access[1]', /must be a rule/],
  ['is nothing', null, 'access[1]', /must be a rule/],
  ['neither allows nor denies', { topic: 'a' }, 'access[1]', /either allow or deny/],
  ['allows and denies', { allow: 'all', deny: 'all', topic: 'a' }, 'access[1]', /either allow or deny/],
  ['allows what nobody knows', { allow: 'write', topic: 'a' }, 'access[1].allow', /publish, subscribe or all/],
  ['denies nothing', { deny: undefined, topic: 'a' }, 'access[1].deny', /publish, subscribe or all/],
  ['has no topic', { allow: 'all' }, 'access[1].topic', /is missing/],
  ['has a topic that is no text', { allow: 'all', topic: 3 }, 'access[1].topic', /must be a topic filter/],
  ['has an empty topic', { allow: 'all', topic: '' }, 'access[1].topic', /is empty/],
  ['has a wildcard in the middle of a level', { allow: 'all', topic: 'a+/b' }, 'access[1].topic', /not a whole level/],
  ['has something after #', { allow: 'all', topic: '#/a' }, 'access[1].topic', /not the whole last level/],
  ['is about a shared subscription', { allow: 'all', topic: '$share/g/a' }, 'access[1].topic', /without \$share/],
  ['is about daak/', { allow: 'all', topic: 'daak/to/+' }, 'access[1].topic', /membership/],
  ['is about serving something else', { allow: 'serve', topic: 'a' }, 'access[1].topic', /daak\/rpc\/\{service\}\/\+/],
  ['is about serving one method', { deny: 'serve', topic: 'daak/rpc/a/b' }, 'access[1].topic', /daak\/rpc/],
  ['is about calls of a service', { allow: 'publish', topic: 'daak/rpc/a/+' }, 'access[1].topic', /membership/],
  ['has an unknown name', { allow: 'all', topic: 'a/{user}' }, 'access[1].topic', /the level \{user\}/],
  ['has a name as a part of a level', { allow: 'all', topic: 'a/u-{client}' }, 'access[1].topic', /a whole level/],
  ['has a QoS that is none', { allow: 'all', topic: 'a', qos: 3 }, 'access[1].qos', /0, 1 or 2/],
  ['has a word for retain', { allow: 'all', topic: 'a', retain: 'yes' }, 'access[1].retain', /true or false/],
  ['has retain for subscriptions', { allow: 'subscribe', topic: 'a', retain: true }, 'access[1].retain', /publishing/],
  [
    'is for a client that is no list',
    { allow: 'all', topic: 'a', clients: 'ana' },
    'access[1].clients',
    /list of names/,
  ],
  ['is for no client', { allow: 'all', topic: 'a', clients: [] }, 'access[1].clients', /list of names/],
  [
    'is for a vendor that is none',
    { allow: 'all', topic: 'a', vendors: ['a/b'] },
    'access[1].vendors',
    /list of names/,
  ],
  ['has another role', { allow: 'all', topic: 'a', role: 'admin' }, 'access[1].role', /vendor, or left out/],
  [
    'has an unknown field',
    { allow: 'all', topics: ['a'] },
    'access[1].topics',
    /is unknown: a rule has allow, deny, topic/,
  ],
  [
    'has a field that objects have',
    { allow: 'all', topic: 'a', constructor: 1 },
    'access[1].constructor',
    /is unknown/,
  ],
])('a rule that %s is refused by the name of its field', (_, rule, option, help) => {
  const make = () => rules([{ allow: 'all', topic: 'good/#' }, rule as Rule])
  expect(make).toThrow(OptionsError)
  expect(make).toThrow(help)
  expect(make).toThrow(expect.objectContaining({ option }))
})

test('rules that are no list are refused', () => {
  expect(() => rules({ allow: 'all', topic: '#' } as unknown as Rule[])).toThrow(/must be a list/)
})
