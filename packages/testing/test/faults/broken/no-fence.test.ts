import { expect, test, vi } from 'vitest'
import { crashSweep } from '../../../src/index.js'
import { echo } from '../../support/bots.js'

/** Neither the revision nor the last commit's id is looked at. */
vi.mock('../../../../server/src/persistence/check-commit.js', () => ({ checkCommit: () => 'apply' }))

test('a turn that is stored twice is found by a crash sweep', async () => {
  const sweep = crashSweep({ bot: echo }, async (chat) => {
    const ana = chat.user('ana')
    await ana.says('hi')
    await ana.toHear('Hello.')
    await ana.says('one')
    await ana.toHear('You said "one".')
  })
  await expect(sweep).rejects.toThrow(
    /^When server is killed at turn\.commit, the 1st time: ana heard something else\.[\s\S]*doubled: echo/,
  )
})
