import type { AnyStateMachine, ContextFrom, StateValue, StateValueFrom } from 'xstate'

/**
 * A conversation's state as other code has left it.
 *
 * @example
 * const wasCounting = ({ version, machine, value }: OldState): boolean =>
 *   version === 1 && machine === 'order' && value === 'counting'
 */
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

/**
 * Where a conversation goes on.
 *
 * @example
 * const anew: NewState<typeof machine> = { value: 'asking', context: { count: 1 } }
 * bot({ id: 'order-bot', version: 2, machine, migrate: () => anew })
 */
export interface NewState<TMachine extends AnyStateMachine> {
  value: StateValueFrom<TMachine>
  context: ContextFrom<TMachine>
}

/**
 * Makes a state fit; see `migrate` of {@link BotOptions}.
 *
 * @example
 * const migrate: Migrate<typeof machine> = ({ version, context }) =>
 *   version === 1 ? { value: 'asking', context: { count: z.object({ pizzas: z.int() }).parse(context).pizzas } } : undefined
 */
export type Migrate<TMachine extends AnyStateMachine = AnyStateMachine> = (
  state: OldState,
  reasons: readonly string[],
) => NewState<TMachine> | undefined
