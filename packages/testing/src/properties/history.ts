import type { Message } from '@daakia/client-sdk'
import type { StateValue } from 'xstate'
import { textOf } from '../failure/text-of.js'
import type { SceneChat } from '../scene/scene-chat.js'

/**
 * All that has happened in a conversation so far, at a moment at which everybody rests.
 *
 * @example
 * const isShort = ({ messages }: History) => messages.length < 100
 */
export interface History {
  /** What people and bots said, in its order, whoever heard it. */
  readonly messages: readonly Message[]
  /** What bots said since the newest thing that was done. */
  readonly answers: readonly Message[]
  /** What was done last, as a chat file says it: `ana> hello`, `ana presses "large"`, `@advance 10m`. */
  readonly deed: string
  /** Who did it; `undefined` where it was nobody, as when time passed. */
  readonly by: string | undefined
  /** The text of a message, or its plain text. */
  text(message: Message): string
  /** The state of the first bot in its conversation with this person; `undefined` where no run is going on. */
  state(person: string): StateValue | undefined
}

export const historyOf = (
  chat: SceneChat,
  { deed, by, before }: { deed: string; by: string | undefined; before: number },
): History => {
  const { messages } = chat.scene.transcript
  const bots = new Set(chat.scene.botIds)
  return {
    messages,
    answers: messages.slice(before).filter(({ from }) => bots.has(from)),
    deed,
    by,
    text: textOf,
    state: (person) => chat.bot.stateIn({ with: person }),
  }
}
