import { expect, test } from 'vitest'
import { build } from './support/builds.js'
import { play } from './support/play.js'

test('a run ends with the reason where a process ends by itself, however much of its plan is left', async () => {
  const programs = await build('dying', {
    server: [
      {
        module: 'programs/server.ts',
        text: 'report({ port',
        instead: 'setTimeout(() => process.exit(7), 1_000)\n report({ port',
      },
    ],
  })
  const hours = 3_600_000
  const played = await play({
    programs,
    seed: '1',
    areas: ['messages'],
    faults: [],
    durationMs: hours,
    rate: 5,
    faultRate: 0,
  })
  expect(played.error?.message).toMatch(/^server ended/)
}, 60_000)
