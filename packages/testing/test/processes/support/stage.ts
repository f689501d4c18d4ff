import { afterAll, afterEach, beforeAll } from 'vitest'
import type { ConversationInProcesses } from './conversation.js'

type Open = () => Promise<ConversationInProcesses>

/**
 * Server and bots that the tests of a file have one after the other, each with an Ana of its own: what a test kills it starts again. After
 * one that failed all begins anew.
 *
 * @param prepare is called once, before the first of them
 */
export const stage = (prepare: () => Promise<Open>) => {
  let open: Open
  let used: ConversationInProcesses | undefined
  const close = async () => {
    const closing = used
    used = undefined
    await closing?.close()
  }
  beforeAll(async () => {
    open = await prepare()
  })
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await close()
  })
  afterAll(close)
  return {
    async begin(): Promise<ConversationInProcesses> {
      if (used) await used.anew()
      else used = await open()
      return used
    },
  }
}
