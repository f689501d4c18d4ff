import { expect, test } from 'vitest'
import { type CheckerOptions, plan } from '../src/checker.js'
import { faultKinds } from '../src/faults/fault.js'

const options: CheckerOptions = {
  seed: '1',
  durationMs: 60_000,
  areas: ['messages', 'turns', 'timers'],
  faults: faultKinds,
  rate: 30,
  faultRate: 1,
}

const textOf = (made: ReturnType<typeof plan>) => [
  ...made.ops.map(({ atMs, text }) => `${atMs} ${text}`),
  ...made.faults.map((fault) => JSON.stringify(fault)),
]

test('the same seed gives the same operations and faults', () => {
  expect(textOf(plan(options))).toEqual(textOf(plan(options)))
  expect(plan(options).digest).toBe(plan(options).digest)
})

test('another seed gives others', () => {
  expect(plan({ ...options, seed: '2' }).digest).not.toBe(plan(options).digest)
})

test('what one area does is the same whatever faults there are', () => {
  const ops = (made: ReturnType<typeof plan>) => made.ops.map(({ atMs, text }) => `${atMs} ${text}`)
  expect(ops(plan({ ...options, faults: [] }))).toEqual(ops(plan(options)))
})

test('faults of one target do not overlap', () => {
  const until = new Map<string, number>()
  for (const { atMs, lastsMs, fault } of plan({ ...options, faultRate: 20 }).faults) {
    expect(atMs).toBeGreaterThanOrEqual(until.get(fault.target) ?? 0)
    until.set(fault.target, atMs + lastsMs)
  }
})

test('only the kinds of faults that were chosen are planned', () => {
  const kinds = plan({ ...options, faults: ['kill', 'clock'], faultRate: 5 }).faults.map(({ fault }) => fault.kind)
  expect(new Set(kinds)).toEqual(new Set(['kill', 'clock']))
})

test('what happens to a Redis is planned where there is one', () => {
  const targets = (more: Partial<CheckerOptions>) => {
    const { faults } = plan({ ...options, ...more, faults: ['redis', 'kill'], faultRate: 5 })
    return new Set(faults.map(({ fault }) => fault.target))
  }
  expect(targets({})).toEqual(new Set(['server', 'alpha-1', 'alpha-2', 'beta-1']))
  const servers = ['server-1', 'server-2']
  const bots = ['alpha-1', 'alpha-2', 'beta-1']
  expect(targets({ nodes: 2, redis: 'single' })).toEqual(
    new Set([...servers, ...bots, 'redis', 'server-1/redis', 'server-2/redis']),
  )
  const redis = ['redis-1', 'redis-2', 'redis-3', 'redis-4', 'redis-5', 'redis-6']
  const ways = servers.flatMap((server) => ['redis', ...redis].map((name) => `${server}/${name}`))
  const found = targets({ durationMs: 600_000, nodes: 2, redis: 'cluster' })
  expect(found).toEqual(new Set([...servers, ...bots, ...redis, ...ways]))
})

test('masters of a Cluster die and are replaced', () => {
  const kinds = (redis: CheckerOptions['redis']) =>
    plan({ ...options, faults: ['redis'], faultRate: 5, nodes: 2, redis }).faults.map(({ fault }) => fault.kind)
  expect(kinds('cluster')).toContain('takeover')
  expect(kinds('single')).not.toContain('takeover')
})

test('where nobody waits for replicas, masters that have something die with their replica behind', () => {
  const { faults } = plan({
    ...options,
    faults: ['redis'],
    faultRate: 5,
    nodes: 2,
    redis: 'cluster',
    replicas: 0,
    partitions: 1,
  })
  const behind = faults.flatMap(({ fault }) => (fault.kind === 'takeover' && fault.behindMs ? [fault.target] : []))
  expect(new Set(behind)).toEqual(new Set(['redis-3', 'redis-6']))
})

test('some faults last longer than the lease of a node', () => {
  const { faults } = plan({ ...options, durationMs: 600_000, nodes: 2, redis: 'single', faultRate: 5 })
  const longest = (kind: string) => Math.max(...faults.filter((each) => each.fault.kind === kind).map((f) => f.lastsMs))
  for (const kind of ['kill', 'pause', 'stall']) expect(longest(kind)).toBeGreaterThan(4_500)
})

test('nobody does anything after the end', () => {
  const { ops, faults } = plan(options)
  expect(Math.max(...[...ops, ...faults].map(({ atMs }) => atMs))).toBeLessThanOrEqual(options.durationMs)
})
