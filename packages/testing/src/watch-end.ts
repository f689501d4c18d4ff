import type { CallSite } from './failure/call-site.js'
import { leftOpen } from './failure/problems.js'
import type { SceneChat } from './scene/scene-chat.js'

/**
 * Fails a test of vitest that leaves its chat open: what was not heard would go unnoticed, and what runs would go on. Of
 * tests that run at the same time it is not known whose chat it is, nor of a chat that several tests share.
 *
 * @param site where the chat was made
 */
export const watchEnd = async (chat: SceneChat, site: CallSite): Promise<void> => {
  if (!process.env.VITEST) return
  const { TestRunner, onTestFinished } = await import('vitest')
  const test = TestRunner.getCurrentTest()
  if (!test || test.concurrent) return
  onTestFinished(async () => {
    if (chat.isClosed) return
    const failure = chat.scene.failure(leftOpen, site)
    await chat.close()
    if (test.result?.state !== 'fail') throw failure
  })
}
