import type { HandoffFailure } from '@daakia/protocol'
import type { ActorLogic, AnyActor, AnyActorRef, NonReducibleUnknown, Snapshot } from 'xstate'
import { type Schema, validate } from '../asking/schema.js'
import { idempotencyKey } from '../authoring/idempotency-key.js'

/**
 * To whom a conversation is handed, and what is to come back.
 *
 * @example
 * const terms: HandoffOptions<{ paid: boolean }> = { to: 'payment-bot', result: z.object({ paid: z.boolean() }) }
 * setup({ actors: { payment: handoff({ ...terms, reason: 'payment' }) } })
 */
export interface HandoffOptions<TResult> {
  /** The id of the other bot. It has to name this one in its `takesOver`. */
  to: string
  /** What the output of the other bot's machine has to be. It has to be synchronous. */
  result: Schema<TResult>
  /** Why it is handed over, for people to read. */
  reason?: string
}

/**
 * Why a conversation was not handed over, or came back without a result.
 *
 * @example
 * const wasCancelled = (error: unknown): boolean => error instanceof HandoffError && error.code === 'cancelled'
 */
export class HandoffError extends Error {
  override readonly name = 'HandoffError'

  /**
   * @param code `unknown-bot`, `not-allowed`, `busy`, `too-deep`, `loop` or `too-large` where it was refused;
   * `cancelled` where the person did not go on, `bad-input` or `bad-result` where that was not what it has to be, and
   * `failed` where the other bot gave up
   * @param message what happened, and what to do about it
   */
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message)
  }
}

/** How a conversation that was handed over comes back. */
export type HandedBack = { output?: unknown } | { error: HandoffFailure }

/** The type of the event by which the actor of a hand-over hears that it is over. */
const handedBack = 'daakia.handed-back'

interface HandedBackHeard {
  type: typeof handedBack
  back: HandedBack
}

/** The id under which the server knows the hand-over, and what goes over. */
type HandoffSnapshot<TResult> = Snapshot<TResult> & { id: string; input: unknown }

/**
 * The actor logic of a hand-over: it is done with the result as its output, or fails with a {@link HandoffError}.
 *
 * @example
 * const payment: Handoff<{ paid: boolean }> = handoff({ to: 'payment-bot', result: z.object({ paid: z.boolean() }) })
 */
export type Handoff<TResult> = ActorLogic<
  Snapshot<TResult>,
  { type: 'daakia.handed-back' },
  NonReducibleUnknown,
  AnyActor['system']
>

/** What is known of a hand-over from outside of the actor. */
type Terms = Pick<HandoffOptions<unknown>, 'to' | 'reason'>

const termsOf = new WeakMap<object, Terms>()

/**
 * Makes an actor that hands the conversation to another bot, and waits for it to come back. Register it by name under
 * `actors` of `setup`, and invoke it; its input goes to the other bot, which sees it as `handedOver.input`.
 *
 * From the end of the turn on, what people write goes to the other bot alone, and it alone answers; timers of this bot
 * still fire. When the other machine comes to its end, its output is the result, and the conversation is this bot's
 * again. When the invoking state is left before, it is taken back.
 *
 * A refusal, a result that is not what it has to be, and a bot that gives up end it with an error, {@link HandoffError}:
 * handle it with `onError`, or the run fails.
 *
 * @example
 * setup({
 *   types: {} as { context: { amount: number; paid: boolean } },
 *   actors: { payment: handoff({ to: 'payment-bot', result: z.object({ paid: z.boolean() }) }) },
 *   delays: { patience: 600_000 },
 * }).createMachine({
 *   context: { amount: 7, paid: false },
 *   initial: 'paying',
 *   states: {
 *     paying: {
 *       invoke: {
 *         src: 'payment',
 *         input: ({ context }) => ({ amount: context.amount }),
 *         onDone: { target: 'over', actions: assign({ paid: ({ event }) => event.output.paid }) },
 *         onError: 'over',
 *       },
 *       after: { patience: 'over' },
 *     },
 *     over: {},
 *   },
 * })
 */
export function handoff<TResult>({ to, result, reason }: HandoffOptions<TResult>): Handoff<TResult> {
  const logic = {
    getInitialSnapshot: ({ self }: { self: AnyActorRef }, input: unknown): HandoffSnapshot<TResult> => ({
      ...{ status: 'active', output: undefined, error: undefined },
      ...{ id: idempotencyKey(self), input },
    }),
    transition(snapshot: HandoffSnapshot<TResult>, event: { type: string }): HandoffSnapshot<TResult> {
      if (snapshot.status !== 'active' || event.type !== handedBack) return snapshot
      return ended(snapshot, outcomeOf((event as HandedBackHeard).back, { to, result }))
    },
    getPersistedSnapshot: (snapshot: HandoffSnapshot<TResult>) => snapshot,
    restoreSnapshot: (snapshot: Snapshot<unknown>) => snapshot as HandoffSnapshot<TResult>,
  }
  termsOf.set(logic, { to, ...(reason !== undefined && { reason }) })
  return logic as unknown as Handoff<TResult>
}

type Ended<TResult> = { output: TResult } | { error: HandoffError }

const ended = <TResult>(snapshot: HandoffSnapshot<TResult>, outcome: Ended<TResult>): HandoffSnapshot<TResult> =>
  ({ ...snapshot, status: 'error' in outcome ? 'error' : 'done', ...outcome }) as HandoffSnapshot<TResult>

function outcomeOf<TResult>(
  back: HandedBack,
  { to, result }: Pick<HandoffOptions<TResult>, 'to' | 'result'>,
): Ended<TResult> {
  if ('error' in back) return { error: new HandoffError(back.error.code, back.error.message) }
  const validated = validate(result, back.output)
  if (!validated.issues) return { output: validated.value }
  const problems = validated.issues.map(({ message }) => message).join('; ')
  return { error: new HandoffError('bad-result', `What ${to} came to is not what \`result\` asks for: ${problems}`) }
}

/** A hand-over that is going on. */
export interface OpenHandoff extends Terms {
  id: string
  input: unknown
}

/** `undefined` of an actor that hands nothing over, or has done with it. */
export function openHandoffOf(logic: object, actor: AnyActorRef): OpenHandoff | undefined {
  const terms = termsOf.get(logic)
  if (!terms) return undefined
  const { status, id, input } = actor.getSnapshot() as HandoffSnapshot<unknown>
  return status === 'active' ? { ...terms, id, input } : undefined
}

/** Whether actors of this logic hand a conversation over. */
export const isHandoff = (logic: object): boolean => termsOf.has(logic)

/** Tells the actor of a hand-over that it is over. */
export const tellHandedBack = (actor: AnyActorRef, back: HandedBack): void =>
  actor.send({ type: handedBack, back } satisfies HandedBackHeard)
