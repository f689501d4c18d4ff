import { beforeAll, expect, test } from 'vitest'
import { areas } from '../src/areas/index.js'
import { faultKinds } from '../src/faults/fault.js'
import { describe } from '../src/report/verdict.js'
import type { Programs } from '../src/rig/rig.js'
import { build } from './support/builds.js'
import { play } from './support/play.js'

let programs: Programs

beforeAll(async () => {
  programs = await build('whole')
})

test('while processes are killed and paused, connections break and the clock jumps, every promise is kept', async () => {
  const all = { areas: areas.map(({ name }) => name), faults: faultKinds }
  const played = await play({
    ...all,
    programs,
    seed: '11',
    durationMs: 12_000,
    rate: 40,
    faultRate: 2,
    patienceMs: 60_000,
  })
  expect(played.error).toBeUndefined()
  expect(played.broken, describe(played)).toEqual([])
  const { sent, reads, journals } = played.story
  const texts = [...journals.values()].flat().map(({ text }) => text)
  expect(sent.filter(({ end }) => end?.type === 'ok').length).toBeGreaterThan(300)
  expect(reads.length).toBeGreaterThan(0)
  expect(texts.filter((text) => text.startsWith('re ')).length).toBeGreaterThan(50)
  expect(texts.filter((text) => text.startsWith('broke ')).length).toBeGreaterThan(2)
  expect(texts.filter((text) => text.startsWith('ring ')).length).toBeGreaterThan(50)
}, 150_000)
