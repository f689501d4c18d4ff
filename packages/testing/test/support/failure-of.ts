import { ConversationFailure } from '../../src/index.js'

/** What a check fails with. @throws Error where it passes, and whatever else it throws */
export const failureOf = async (check: () => unknown): Promise<ConversationFailure> => {
  try {
    await check()
  } catch (error) {
    if (error instanceof ConversationFailure) return error
    throw error
  }
  throw new Error('The check has passed.')
}
