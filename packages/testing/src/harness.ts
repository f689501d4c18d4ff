import type { AnyStateMachine } from 'xstate'
import type { Chat } from './chat.js'
import { type CallSite, callSite } from './failure/call-site.js'
import type { HarnessOptions } from './harness-options.js'
import { setScene } from './set-scene.js'
import { unopened } from './unopened.js'
import { watchEnd } from './watch-end.js'

/**
 * Sets a scene for a conversation: a server with its data in memory, and the bots, each over a connection of its own.
 *
 * A test of vitest that ends and leaves it open fails.
 *
 * @throws ConversationFailure where they don't come to rest; TypeError where there is no bot
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
): Promise<Chat<TMachine>> => {
  const { chat } = await setScene(options, { site })
  watchEnd(chat, site)
  // The class does not know the machine's states by name.
  return chat as unknown as Chat<TMachine>
}
