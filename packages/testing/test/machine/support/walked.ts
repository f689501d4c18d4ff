import { type BotOptions, bot } from '@daakia/bot-sdk'
import type { AnyStateMachine } from 'xstate'
import { type Chat, harness, type User } from '../../../src/index.js'
import { targetsOf } from '../../../src/machine/targets-of.js'
import type { SceneChat } from '../../../src/scene/scene-chat.js'

/** How tests talk to a machine: ana, who need not hear what comes. */
type Talk = (ana: User, chat: Chat) => Promise<void>

/** Ids of the targets that a conversation reached, and of those that it did not, in the order of the targets. */
export const walked = async (
  machine: AnyStateMachine,
  talk: Talk,
  options: Partial<BotOptions<AnyStateMachine>> = {},
) => {
  const chat = await harness({ bot: bot({ id: 'walked', version: 1, ...options, machine: machine as never }) })
  const ana = chat.user('ana')
  ana.ignoresTheRest()
  await talk(ana, chat)
  const { counts } = (chat as unknown as SceneChat).bot.watch.walk
  await chat.close()
  const ids = targetsOf(machine).map(({ id }) => id)
  return { counts, reached: ids.filter((id) => counts.has(id)), missed: ids.filter((id) => !counts.has(id)) }
}

/** Ids of a machine's targets of one kind. */
export const idsOf = (machine: AnyStateMachine, kind: string): string[] =>
  targetsOf(machine).flatMap((target) => (target.kind === kind ? [target.id] : []))
