import type { AnyStateMachine } from 'xstate'
import type { Chat } from './chat.js'
import { checkGivenOptions } from './check-options.js'
import { type CallSite, callSite } from './failure/call-site.js'
import { pointedAt } from './failure/misuse.js'
import type { HarnessOptions } from './harness-options.js'
import type { SceneChat } from './scene/scene-chat.js'
import { setScene } from './set-scene.js'
import { unopened } from './unopened.js'
import { watchEnd } from './watch-end.js'

/**
 * Sets a scene for a conversation: a server with its data in memory, and the bots, each over a connection of its own.
 *
 * A test of vitest that ends and leaves it open fails.
 *
 * @throws ConversationFailure where they don't come to rest; TypeError, RangeError where there is no bot, or an option can't be used
 * @example
 * await using chat = await harness({ bot: order })
 * const ana = chat.user('ana')
 * await ana.says('hello')
 * await ana.toHear('Welcome.')
 */
export const harness = <TMachine extends AnyStateMachine>(options: HarnessOptions<TMachine>): Promise<Chat<TMachine>> =>
  unopened(open(options, callSite(harness)))

const open = async <TMachine extends AnyStateMachine>(
  options: HarnessOptions<TMachine>,
  site: CallSite,
): Promise<Chat<TMachine>> =>
  // The class does not know the machine's states by name.
  (await sceneOf(options, site)) as unknown as Chat<TMachine>

/** As `harness`, for what calls it in the name of a test. @param site where the test asked for it */
export const sceneOf = async <TMachine extends AnyStateMachine>(
  options: HarnessOptions<TMachine>,
  site: CallSite,
): Promise<SceneChat> => {
  try {
    checkGivenOptions('harness', options)
    const { chat } = await setScene(options, { site })
    watchEnd(chat, site)
    return chat
  } catch (error) {
    throw pointedAt(error, site)
  }
}
