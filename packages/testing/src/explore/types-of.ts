import type { AnyActorLogic, AnyStateMachine, EventFromLogic, OutputFrom } from 'xstate'
import type { ActorIn } from '../machine/machine-types.js'

/**
 * The ways in which the work of an actor may end.
 *
 * @example
 * const charge: Outcomes<{ receipt: string }> = {
 *   succeeds: [{ receipt: 'R1' }],
 *   fails: [new Error('The card was declined')],
 *   neverAnswers: true,
 * }
 */
export interface Outcomes<TOutput = unknown> {
  /** It succeeds, with one of these. */
  succeeds?: readonly TOutput[]
  /** It fails, with one of these. */
  fails?: readonly unknown[]
  neverAnswers?: boolean
}

/**
 * The types of a machine's events.
 *
 * @example
 * const isCancel = (type: EventTypeOf<typeof machine>): boolean => type === 'cancel'
 */
export type EventTypeOf<TMachine extends AnyStateMachine> = EventFromLogic<TMachine>['type']

/**
 * How the work of a machine's actors may end, by their names, and that of the actors of machines which are its actors.
 *
 * @example
 * const outcomes: OutcomesOf<typeof machine> = { look: { succeeds: ['a table at eight'], neverAnswers: true } }
 */
export type OutcomesOf<TMachine extends AnyStateMachine> = {
  readonly [TActor in NamedActorIn<TMachine> as TActor['src']]?: Outcomes<OutputOfLogic<TActor['logic']>>
}

type NamedActorIn<TMachine> =
  ActorIn<TMachine> extends infer TActor
    ? TActor extends { src: infer TSrc extends string; logic: infer TLogic }
      ? { src: TSrc; logic: TLogic } | (string extends TSrc ? never : NamedActorIn<TLogic>)
      : never
    : never

type OutputOfLogic<TLogic> = TLogic extends AnyActorLogic ? OutputFrom<TLogic> : unknown
