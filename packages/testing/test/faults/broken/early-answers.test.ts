import { expect, test, vi } from 'vitest'
import { crashSweep } from '../../../src/index.js'
import { echo } from '../../support/bots.js'

type Write = (work: (tx: unknown) => unknown, flushed?: (answer: unknown) => unknown) => Promise<unknown>

/** What is written is told at once, and not after its flush. */
vi.mock('../../../../server/src/kv/group-commit.js', async (original) => {
  const module = await original<{ GroupCommit: { prototype: { write: Write } } }>()
  const { write } = module.GroupCommit.prototype
  module.GroupCommit.prototype.write = function (work, flushed = (answer) => answer) {
    const early: { answer: unknown }[] = []
    const written = write.call(this, (tx) => early.push({ answer: work(tx) }))
    return early.length === 0 ? written : Promise.resolve(flushed(early[0]?.answer))
  }
  return module
})

test('a message that is acknowledged before it is stored is found by a crash sweep', async () => {
  const sweep = crashSweep({ bot: echo, stuckAfterMs: 2_000 }, async (chat) => {
    const ana = chat.user('ana')
    await ana.says('hi')
    await ana.toHear('Hello.')
  })
  await expect(sweep).rejects.toThrow(
    /^When server is killed at store\.flushing, the 1st time: [\s\S]*\n {2}lost: "hi" of ana, which the server has acknowledged, is not in ana~echo(\n|$)/,
  )
})
