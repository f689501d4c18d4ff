import type { AnyStateMachine, ContextFrom, StateValue, StateValueFrom } from 'xstate'

/** A conversation's state as other code has left it. */
export interface OldState {
  /** The `version` of the bot that stored it. */
  version: number
  /** The id of its machine. */
  machine: string
  /** Where its machine stood. */
  value: StateValue
  /** JSON, of whatever shape it had then. */
  context: unknown
}

/** Where a conversation goes on. */
export interface NewState<TMachine extends AnyStateMachine> {
  value: StateValueFrom<TMachine>
  context: ContextFrom<TMachine>
}

/** Makes a state fit; see `migrate` of {@link BotOptions}. */
export type Migrate<TMachine extends AnyStateMachine = AnyStateMachine> = (
  state: OldState,
  reasons: readonly string[],
) => NewState<TMachine> | undefined
