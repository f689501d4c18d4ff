import { expect, test } from 'vitest'
import { areas } from '../src/areas/index.js'
import { lostOf } from '../src/checks/journals.js'
import { describe } from '../src/report/verdict.js'
import { build } from './support/builds.js'
import { play } from './support/play.js'

/** Plans whose first losses come early. Where a machine has much to do, one may lose nothing. */
const lossySeeds = ['2', '5', '6', '4']

const usual = { areas: areas.map(({ name }) => name), rate: 20, faultRate: 1, patienceMs: 60_000 } as const

test('while nodes, bots and Redis are killed, and lines between them break, every promise is kept', async () => {
  const played = await play({
    ...usual,
    faults: ['kill', 'cut', 'redis'],
    nodes: 2,
    redis: 'single',
    programs: await build('whole'),
    seed: '5',
    durationMs: 12_000,
  })
  expect(played.error).toBeUndefined()
  expect(played.broken, describe(played)).toEqual([])
  const { sent, journals } = played.story
  const texts = [...journals.values()].flat().map(({ text }) => text)
  expect(sent.filter(({ end }) => end?.type === 'ok').length).toBeGreaterThan(80)
  expect(texts.filter((text) => text.startsWith('re ')).length).toBeGreaterThan(15)
  expect(texts.filter((text) => text.startsWith('ring ')).length).toBeGreaterThan(10)
}, 150_000)

test('while masters of a Cluster die and are replaced, and lines to them break, every promise is kept', async () => {
  const played = await play({
    ...usual,
    faults: ['redis'],
    nodes: 2,
    redis: 'cluster',
    programs: await build('whole'),
    seed: '1',
    durationMs: 12_000,
  })
  expect(played.error).toBeUndefined()
  expect(played.broken, describe(played)).toEqual([])
  const { events, sent } = played.story
  const takeovers = events.filter((event) => event.what === 'fault' && event.fault.kind === 'takeover')
  expect(takeovers.length).toBeGreaterThan(0)
  expect(sent.filter(({ end }) => end?.type === 'ok').length).toBeGreaterThan(30)
}, 150_000)

test('while masters of a Cluster die that nobody waited for, no more is lost than may be, and it is noticed', async () => {
  const programs = await build('whole')
  const lossy = { nodes: 2, redis: 'cluster', replicas: 0, partitions: 1, faults: ['redis'], rate: 40 } as const
  let lost = 0
  let setbacks = 0
  for (const seed of lossySeeds) {
    if (lost > 0 && setbacks > 0) break
    const played = await play({ ...usual, ...lossy, programs, seed, durationMs: 15_000 })
    expect(played.error).toBeUndefined()
    expect(played.broken, describe(played)).toEqual([])
    lost += lostOf(played.story).length
    setbacks += played.story.events.filter(({ what }) => what === 'setback').length
  }
  expect(lost).toBeGreaterThan(0)
  expect(setbacks).toBeGreaterThan(0)
}, 500_000)
