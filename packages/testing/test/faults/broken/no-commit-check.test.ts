import { expect, test, vi } from 'vitest'
import { lossSweep } from '../../../src/index.js'
import { echo } from '../../support/bots.js'

/** Neither the revision nor the last commit's id is looked at. */
vi.mock('../../../../server/src/persistence/check-commit.js', () => ({ checkCommit: () => 'apply' }))

test('a turn that is stored twice, as its answer got lost, is found by a loss sweep', async () => {
  const sweep = lossSweep({ bot: echo, packets: ['puback', 'publish'] }, async (chat) => {
    const ana = chat.user('ana')
    ana.ignoresTheRest()
    await ana.says('hi')
    await ana.says('one')
  })
  await expect(sweep).rejects.toThrow(
    /^When the connection of echo breaks at the \w+ \w+ from the \w+, which is lost: [\s\S]*doubled: echo has handled/,
  )
})
