/**
 * Names a value of type `TValue` that one middleware leaves for the ones after it. Each key is one of its own, whatever its name.
 *
 * @example
 * const plan: ContextKey<'free' | 'paid'> = contextKey('plan')
 * context.set(plan, 'paid')
 */
export interface ContextKey<TValue> {
  /** Shown where something goes wrong. */
  readonly name: string
  /** Never there: it carries the type. */
  readonly value?: TValue
}

/**
 * Where middleware leaves values for other middleware; as long as one turn.
 *
 * @example
 * const account = contextKey<Account>('account')
 * const isPaid = (values: TurnValues): boolean => values.get(account)?.plan === 'paid'
 */
export interface TurnValues {
  /** `undefined` where nobody has set it. */
  get<TValue>(key: ContextKey<TValue>): TValue | undefined
  set<TValue>(key: ContextKey<TValue>, value: TValue): void
}

/**
 * Makes a key. Who exports it lets others read, by its type, what a middleware has found out.
 *
 * The machine does not see these values: a turn that goes on after a restart has lost them, and would do something else
 * than before. What a machine needs belongs in the message: `incoming` may change it.
 *
 * @example
 * export const account = contextKey<Account>('account')
 * // in `incoming` of one middleware
 * context.set(account, await accountOf(message.from))
 * // in `turn` of another one
 * turn.get(account)?.plan
 */
export const contextKey = <TValue>(name: string): ContextKey<TValue> => Object.freeze({ name })

/** Values by their keys, over those of `beneath`. */
export class ValueMap implements TurnValues {
  readonly #values = new Map<ContextKey<unknown>, unknown>()
  readonly #beneath: TurnValues | undefined

  constructor(beneath?: TurnValues) {
    this.#beneath = beneath
  }

  get<TValue>(key: ContextKey<TValue>): TValue | undefined {
    return this.#values.has(key) ? (this.#values.get(key) as TValue) : this.#beneath?.get(key)
  }

  set<TValue>(key: ContextKey<TValue>, value: TValue): void {
    this.#values.set(key, value)
  }

  copyTo(values: TurnValues): void {
    for (const [key, value] of this.#values) values.set(key, value)
  }
}
