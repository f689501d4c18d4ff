import type { AnyStateMachine } from 'xstate'
import type { Chat } from './chat.js'
import { callSite } from './failure/call-site.js'
import type { HarnessOptions } from './harness-options.js'
import { setScene } from './set-scene.js'

/**
 * Sets a scene for a conversation: a server with its data in memory, and the bots, each over a connection of its own.
 *
 * @throws ConversationFailure where they don't come to rest
 * @example
 * await using chat = await harness({ bot: order })
 * const ana = chat.user('ana')
 * await ana.says('hello')
 * await ana.toHear('Welcome.')
 */
export const harness = async <TMachine extends AnyStateMachine>(
  options: HarnessOptions<TMachine>,
): Promise<Chat<TMachine>> => {
  const { chat } = await setScene(options, { site: callSite(harness) })
  // The class does not know the machine's states by name.
  return chat as unknown as Chat<TMachine>
}
