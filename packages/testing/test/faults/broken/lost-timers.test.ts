import { expect, test, vi } from 'vitest'
import { crashSweep } from '../../../src/index.js'
import { echo } from '../../support/bots.js'

/** A run that is restored does not take up the timers that were stored with it. */
vi.mock('../../../../bot-sdk/src/engine/timers.js', async (original) => {
  const timers = await original<{ Timers: { prototype: { takeUp(): void } } }>()
  timers.Timers.prototype.takeUp = () => {}
  return timers
})

test('a timer that is lost with a process is found by a crash sweep', async () => {
  const sweep = crashSweep({ bot: echo }, async (chat) => {
    const ana = chat.user('ana')
    await ana.says('hi')
    await ana.toHear('Hello.')
    await chat.advance('10m')
    await ana.toHear('Anybody there?')
  })
  await expect(sweep).rejects.toThrow(/^When echo is killed at turn\.\w+, the \w+ time: ana heard nothing\./)
})
