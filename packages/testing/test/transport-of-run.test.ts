import { afterEach, describe, expect, test, vi } from 'vitest'
import { crashSweep, harness } from '../src/index.js'
import { races } from '../src/vitest.js'
import { counting } from './processes/fixtures/counting-bot.js'
import { echo } from './support/bots.js'
import { failureOf } from './support/failure-of.js'

vi.setConfig({ testTimeout: 120_000 })

const modules = [new URL('./processes/fixtures/counting-bot.ts', import.meta.url)]

afterEach(() => void vi.unstubAllEnvs())

describe('DAAKIA_TRANSPORT', () => {
  test('is the transport of a test that names none', async () => {
    vi.stubEnv('DAAKIA_TRANSPORT', 'process')
    await using chat = await harness({ bot: counting, modules })
    const ana = chat.user('ana')
    await ana.says('hi')
    const { plain } = await ana.toHear(/^process \d+$/)
    expect(plain).not.toBe(`process ${process.pid}`)
    const { message } = await failureOf(() => ana.toHear('More.'))
    expect(message).toMatch(/\nAgain: DAAKIA_SEED=1 DAAKIA_TRANSPORT=process npx vitest run /)
  })

  test('is not that of one that names another', async () => {
    vi.stubEnv('DAAKIA_TRANSPORT', 'process')
    await using chat = await harness({ bot: counting, transport: 'memory' })
    await chat.user('ana').says('hi')
    await chat.user('ana').toHear(`process ${process.pid}`)
  })

  test('says what a test lacks that is to be played so', async () => {
    vi.stubEnv('DAAKIA_TRANSPORT', 'process')
    await expect(harness({ bot: echo })).rejects.toThrow('name the modules that export them')
    await expect(crashSweep({ bot: echo }, async () => {})).rejects.toThrow('name the modules that export them')
  })

  test('has to be one that there is', async () => {
    vi.stubEnv('DAAKIA_TRANSPORT', 'pigeon')
    await expect(harness({ bot: echo })).rejects.toThrow(
      'DAAKIA_TRANSPORT: there is no transport "pigeon", but memory, tcp, process',
    )
  })
})

describe('a race', () => {
  test.each(['tcp', 'process'] as const)('is refused over %s, with what to use', (transport) => {
    expect(() => races('a race', { bot: echo, transport, modules }, async () => {})).toThrow(
      'Races are run in virtual time and in memory, where the order is known: leave out "time" and "transport". What becomes of processes that die is shown by crashSweep.',
    )
  })
})
