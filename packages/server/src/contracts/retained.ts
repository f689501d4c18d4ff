import type { Retained, RoutedMessage } from '../broker/port.js'
import { type Behaviours, type ContractKit, contract, type DurableBench, same } from './kit.js'

const now = 10_000

const messageOf = (topic: string, more: Partial<RoutedMessage> = {}): RoutedMessage => ({
  vendor: 'acme',
  topic,
  payload: Uint8Array.of(1),
  qos: 1,
  retain: true,
  at: now,
  ...more,
})

const keep = async (retained: Retained, topics: readonly string[]): Promise<void> => {
  for (const topic of topics) await retained.set(messageOf(topic))
}

const matching = async (retained: Retained, filter: string, at = now): Promise<string[]> =>
  (await retained.match('acme', filter, at)).map(({ topic }) => topic).sort()

const behaviours: Behaviours<DurableBench<Retained>> = {
  'keeps the newest message of a topic, whole': async ({ subject: retained }) => {
    await retained.set(messageOf('a/b', { payload: Uint8Array.of(1) }))
    const newest = messageOf('a/b', { payload: Uint8Array.of(2), properties: { userProperties: [['k', 'v']] } })
    await retained.set(newest)
    same(await retained.match('acme', 'a/b', now), [newest])
  },
  'removes the message of a topic with an empty one': async ({ subject: retained }) => {
    await keep(retained, ['a', 'a/b'])
    await retained.set(messageOf('a', { payload: new Uint8Array() }))
    same(await matching(retained, '#'), ['a/b'])
    await retained.set(messageOf('never', { payload: new Uint8Array() }))
    same(await matching(retained, '#'), ['a/b'])
  },
  'finds topics by filters with and without wildcards': async ({ subject: retained }) => {
    await keep(retained, ['a', 'a/b', 'a/b/c', 'a/x/c', 'ab', 'b/b', '/a', 'a/'])
    same(await matching(retained, 'a'), ['a'])
    same(await matching(retained, 'a/b'), ['a/b'])
    same(await matching(retained, 'a/#'), ['a', 'a/', 'a/b', 'a/b/c', 'a/x/c'])
    same(await matching(retained, 'a/+'), ['a/', 'a/b'])
    same(await matching(retained, 'a/+/c'), ['a/b/c', 'a/x/c'])
    same(await matching(retained, '+/b'), ['a/b', 'b/b'])
    same(await matching(retained, '+'), ['a', 'ab'])
    same(await matching(retained, '/+'), ['/a'])
    same((await matching(retained, '#')).length, 8)
    same(await matching(retained, 'nothing'), [])
  },
  'hides topics that begin with $ from a wildcard at the first level': async ({ subject: retained }) => {
    await keep(retained, ['$x/a', 'y/a'])
    same(await matching(retained, '#'), ['y/a'])
    same(await matching(retained, '+/a'), ['y/a'])
    same(await matching(retained, '$x/#'), ['$x/a'])
  },
  'gives out nothing that has expired': async ({ subject: retained }) => {
    await retained.set(messageOf('short', { properties: { messageExpiryInterval: 2 } }))
    await retained.set(messageOf('long', { properties: { messageExpiryInterval: 60 } }))
    await keep(retained, ['for ever'])
    same(await matching(retained, '#', now + 1_999), ['for ever', 'long', 'short'])
    same(await matching(retained, '#', now + 2_000), ['for ever', 'long'])
    same(await matching(retained, 'short', now + 2_000), [])
  },
  'keeps very long topics, and tells them apart': async ({ subject: retained }) => {
    const long = `a/${'x'.repeat(60_000)}`
    await keep(retained, [`${long}/1`, `${long}/2`])
    same(await matching(retained, `${long}/1`), [`${long}/1`])
    same((await matching(retained, `${long}/+`)).length, 2)
    same((await matching(retained, 'a/#')).length, 2)
  },
  'keeps vendors apart': async ({ subject: retained }) => {
    await retained.set(messageOf('a', { vendor: 'other' }))
    same(await matching(retained, '#'), [])
  },
  'keeps them when it is opened anew': async (bench) => {
    await keep(bench.subject, ['a'])
    same(await matching(await bench.reopen(), '#'), ['a'])
  },
}

/** What every store of retained messages does. */
export const retainedContract = (kit: ContractKit, open: () => Promise<DurableBench<Retained>>): void =>
  contract(kit, 'Retained', open, behaviours)
