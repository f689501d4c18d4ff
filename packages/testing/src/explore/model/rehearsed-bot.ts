import type { Bot } from '@daakia/bot-sdk'
import { type NamedActor, withActors } from '@daakia/bot-sdk/internal'
import type { AnyStateMachine } from 'xstate'
import { type OutcomesByActor, type Script, scripted } from './outcomes.js'

/** Whether it reaches outside of the machine: how that ends is for the author to say. */
export const worksOutside = ({ role }: NamedActor): boolean => role === 'promise' || role === 'handoff'

/** The bot, but for what its actors do outside: that ends as the script says which is open just then. */
export const rehearsed = <TMachine extends AnyStateMachine>(
  bot: Bot<TMachine>,
  outcomes: OutcomesByActor,
  open: () => Script,
): Bot<TMachine> => {
  const machine = withActors(bot.machine, (actor) =>
    worksOutside(actor) || outcomes.has(actor.name) ? scripted(actor.name, open) : undefined,
  ) as TMachine
  return Object.freeze({ ...bot, machine })
}
