import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { oneProcess, runVitest } from './support/project.js'

test.each(['order', 'support'])(
  'the tests of examples/%s reach all of their bot',
  async (name) => {
    // Sweeps of crashes play what the others play, many times over.
    const folder = fileURLToPath(new URL(`../../../../examples/${name}/`, import.meta.url))
    const thresholds = { states: 100, transitions: 100, guards: 100, choices: 100 }
    const options = { bots: [`${name}-bot`], reports: [], thresholds }
    const { output, status } = await runVitest(folder, 'test/**/!(crash).test.ts', options, oneProcess)
    expect(output).not.toContain('Coverage of bots is too low')
    expect(status).toBe(0)
  },
  120_000,
)
