import { atEndOfTest } from './end-of-test.js'
import type { CallSite } from './failure/call-site.js'
import { leftOpen } from './failure/problems.js'
import type { SceneChat } from './scene/scene-chat.js'

/**
 * Fails a test of vitest that leaves its chat open: what was not heard would go unnoticed, and what runs would go on.
 *
 * @param site where the chat was made
 */
export const watchEnd = (chat: SceneChat, site: CallSite): void => {
  atEndOfTest(async () => {
    if (chat.isClosed) return undefined
    const failure = chat.scene.failure(leftOpen, site)
    await chat.close()
    return failure
  })
}
