import type { Said } from '@daakia/bot-sdk'
import type { ActorLogic, AnyStateMachine, ContextFrom, Snapshot, SnapshotFrom, StateMachine } from 'xstate'

// biome-ignore lint/suspicious/noExplicitAny: one parameter of many matters, and the others may be whatever they are
type Whatever = any

/**
 * What a machine's snapshot `matches`: a state's whole value or the outer part of it.
 *
 * @example
 * const done: StateOf<typeof machine> = 'paying'
 * chat.bot.toBeInState(done)
 */
export type StateOf<TMachine extends AnyStateMachine> = Parameters<SnapshotFrom<TMachine>['matches']>[0]

/**
 * Where a conversation starts that is in the midst of something.
 *
 * @example
 * const start: StartOf<typeof machine> = { state: 'paying', context: { count: 2 } }
 * await using chat = await harness({ bot: order, startAt: start })
 */
export interface StartOf<TMachine extends AnyStateMachine> {
  /** As for `toBeInState`; where the value is an outer state, the inner one is its initial one. */
  state: StateOf<TMachine>
  /** What the machine makes of its input, where it is not given. */
  context?: ContextFrom<TMachine>
}

/**
 * The names of a machine's delays.
 *
 * @example
 * const isSoon = (delay: DelayOf<typeof machine>) => chat.bot.toHaveScheduled(delay, { in: '1m' })
 */
export type DelayOf<TMachine extends AnyStateMachine> =
  TMachine extends StateMachine<
    Whatever,
    Whatever,
    Whatever,
    Whatever,
    Whatever,
    Whatever,
    infer TDelay,
    Whatever,
    Whatever,
    Whatever,
    Whatever,
    Whatever,
    Whatever,
    Whatever
  >
    ? TDelay
    : string

/**
 * What a machine's questions offer, as far as types tell: the literal texts that `ask` and `fill` take, here and in the
 * machines of the actors that it names. What else can be pressed, such as buttons of a card, is known when it is shown.
 *
 * @example
 * const presses = (choice: KnownChoiceOf<typeof machine>) => chat.user('ana').presses(choice)
 */
export type KnownChoiceOf<TMachine extends AnyStateMachine> = ChoicesIn<LogicOf<TMachine>>

type LogicOf<TMachine> =
  ActorIn<TMachine> extends infer TActor ? (TActor extends { logic: infer TLogic } ? TLogic : never) : never

/** What a machine has under `actors` of its setup: each with its name, `src`, and its logic. */
export type ActorIn<TMachine> =
  TMachine extends StateMachine<
    Whatever,
    Whatever,
    Whatever,
    infer TActor,
    Whatever,
    Whatever,
    Whatever,
    Whatever,
    Whatever,
    Whatever,
    Whatever,
    Whatever,
    Whatever,
    Whatever
  >
    ? TActor
    : never

type ChoicesIn<TLogic> = TLogic extends AnyStateMachine
  ? ChoicesIn<LogicOf<TLogic>>
  : TLogic extends ActorLogic<infer TSnapshot, Whatever, Whatever, Whatever, Said>
    ? TSnapshot extends Snapshot<infer TOutput>
      ? LiteralsIn<TOutput>
      : never
    : never

/** Literal texts, by themselves or as the fields of an object. */
type LiteralsIn<TOutput> = TOutput extends string
  ? string extends TOutput
    ? never
    : TOutput
  : TOutput extends object
    ? Extract<{ [TField in keyof TOutput]: LiteralText<TOutput[TField]> }[keyof TOutput], string>
    : never

type LiteralText<TValue> = TValue extends string ? (string extends TValue ? never : TValue) : never
