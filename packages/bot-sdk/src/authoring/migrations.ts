import type { AnyStateMachine, StateValue } from 'xstate'
import { type Schema, validate } from '../asking/schema.js'
import { isSame } from '../engine/same.js'
import type { Migrate, NewState, OldState } from './migrate.js'

/** Contexts by the version of the bot that stored them. */
type Contexts = Readonly<Record<number, unknown>>
type Values = Readonly<Record<number, StateValue>>

/**
 * By version: what that version has stored, and what becomes of it.
 *
 * @example
 * migrations(machine, {
 *   1: {
 *     context: z.object({ dishes: z.array(z.string()) }),
 *     value: ['choosing', { paying: 'cash' }],
 *     to: ({ value, context }) =>
 *       value === 'choosing' ? { value: 'asking', context: { count: context.dishes.length } } : undefined, // parked
 *   },
 * })
 */
export type Migrations<TMachine extends AnyStateMachine, TContexts extends Contexts, TValues extends Values> = {
  [V in keyof TContexts]: {
    /** Checks the context as that version has stored it, and gives it its type. Has to be synchronous. */
    context: Schema<TContexts[V]>
  }
} & {
  [V in keyof TValues]: {
    /** Where that version may have stood, as XState writes it. A state that stood elsewhere is parked. */
    value: readonly TValues[V][]
  }
} & {
  // Not over `keyof TContexts` itself: the types are to be told by the schemas alone.
  [V in Exclude<keyof TContexts, never>]: {
    /** Answers the state of the next version; `undefined` has it parked. Has to be pure. */
    to(old: {
      value: TValues[V & keyof TValues]
      context: TContexts[V]
    }): NextState<TMachine, TContexts, TValues, V> | undefined
  }
}

type NextState<TMachine extends AnyStateMachine, TContexts, TValues, V> =
  Next<V> extends keyof TContexts & keyof TValues
    ? { value: TValues[Next<V> & keyof TValues]; context: TContexts[Next<V> & keyof TContexts] }
    : NewState<TMachine>

type Next<V> = V extends number
  ? [...Counted<V>, unknown]['length']
  : V extends `${infer N extends number}`
    ? `${[...Counted<N>, unknown]['length'] & number}`
    : never
type Counted<V extends number, TCounted extends unknown[] = []> = TCounted['length'] extends V
  ? TCounted
  : Counted<V, [...TCounted, unknown]>

/**
 * A bot's `migrate`, typed from what each earlier version has stored to what this machine takes. A migration leads to the
 * version after its own where that has one too, else to the machine: a new version adds one, and changes at most the one
 * before it. What does not fit a schema is parked, with the fields named.
 *
 * @throws TypeError where a version is no whole number from 1
 * @example
 * const migrate = migrations(machine, {
 *   1: {
 *     context: z.object({ pizzas: z.number() }),
 *     value: ['counting'],
 *     to: ({ context }) => ({ value: 'asking', context: { count: context.pizzas } }),
 *   },
 * })
 */
export function migrations<TMachine extends AnyStateMachine, TContexts extends Contexts, const TValues extends Values>(
  _machine: TMachine,
  steps: Migrations<TMachine, TContexts, TValues>,
): Migrate<TMachine> {
  const byVersion = new Map(Object.entries(steps as unknown as AnySteps).map(([name, step]) => [versionOf(name), step]))
  const migrate = ({ version, value, context }: OldState) => chained(byVersion, version, { value, context })
  return Object.assign(migrate, { toString: () => textOf(byVersion) }) as Migrate<TMachine>
}

interface State {
  value: StateValue
  context: unknown
}

interface Step {
  context: Schema<unknown>
  value: readonly StateValue[]
  to(old: State): State | undefined
}
type AnySteps = Readonly<Record<string, Step>>

const versionOf = (name: string): number => {
  const version = Number(name)
  if (Number.isSafeInteger(version) && version >= 1) return version
  throw new TypeError(`migrations: ${name} is no version; it is a whole number from 1`)
}

const chained = (steps: ReadonlyMap<number, Step>, from: number, state: State): State | undefined => {
  if (!steps.has(from)) throw new Error(`there is none from version ${from}`)
  let reached: State | undefined = state
  for (let version = from, step = steps.get(from); step && reached; step = steps.get(++version))
    reached = step.to(checked(step, reached, version))
  return reached
}

/** @throws Error that names the fields which do not fit */
const checked = ({ context: schema, value: values }: Step, { value, context }: State, version: number): State => {
  if (!values.some((known) => isSame(known, value)))
    throw new Error(`the one from version ${version} knows no value ${JSON.stringify(value)}`)
  const judged = validate(schema, context)
  if (!judged.issues) return { value, context: judged.value }
  throw new Error(`the context of version ${version} does not fit: ${judged.issues.map(describe).join(', ')}`)
}

const describe = ({ message, path = [] }: Issue): string => {
  const keys = path.map((part) => String(typeof part === 'object' && part !== null && 'key' in part ? part.key : part))
  return keys.length > 0 ? `${keys.join('.')}: ${message}` : message
}
type Issue = { readonly message: string; readonly path?: readonly unknown[] | undefined }

/** Another text for other migrations: it is by this that a parked state is offered to a bot again. */
const textOf = (steps: ReadonlyMap<number, Step>): string =>
  JSON.stringify([...steps].map(([version, { context, value, to }]) => [version, shapeOf(context), value, String(to)]))

/** As far as the library can tell it. */
const shapeOf = (schema: Schema<unknown>): unknown => {
  try {
    return schema['~standard'].jsonSchema?.input({ target: 'draft-2020-12' }) ?? null
  } catch {
    return null
  }
}
