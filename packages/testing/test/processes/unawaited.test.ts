import { describe, expect, test, vi } from 'vitest'
import { harness } from '../../src/index.js'
import { failureOf } from '../support/failure-of.js'
import { asking } from './fixtures/asking-bot.js'

// Processes take a while to start where others are at work.
vi.setConfig({ testTimeout: 120_000 })

const modules = [new URL('./fixtures/asking-bot.ts', import.meta.url)]

test('what a test forgets to await is told in processes, too', async () => {
  const chat = await harness({ bot: asking, transport: 'process', modules, unawaited: ['answer'] })
  chat.user('ana').says('hi')
  const { message } = await failureOf(() => chat.close())
  expect(message).toMatch(
    /^The test forgets to await: write "await ana\.says\(…\)"\. Nobody awaits ana\.says, at .*unawaited\.test\.ts:\d+\.\n/,
  )
})

describe.each(['memory', 'tcp', 'process'] as const)('work that nobody waits for, over %s,', (transport) => {
  test('has time go on, and what is waited for beside it has not', async () => {
    await using chat = await harness({ bot: asking, transport, modules, unawaited: ['answer'] })
    const ana = chat.user('ana')
    await ana.says('hi')
    await chat.advance('59s')
    await ana.toHear('One moment.')
    await ana.toHear('Counted.')
    await ana.toHearNothing()
    await chat.advance('1s')
    await ana.toHear('Nobody answers.')
    chat.bot.toBeInState('done')
  })

  test('has to be some that the bot does', async () => {
    await expect(harness({ bot: asking, transport, modules, unawaited: ['question'] })).rejects.toThrow(
      'No work of a bot is called "question": unawaited may name answer, count',
    )
  })
})
