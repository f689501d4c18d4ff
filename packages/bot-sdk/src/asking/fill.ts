import {
  type ActorLogic,
  type AnyActor,
  type AnyActorRef,
  and,
  assign,
  type EventObject,
  type Snapshot,
  setup,
} from 'xstate'
import type { $ZodObject, output as OutputOf } from 'zod/v4/core'
import type { Around } from '../authoring/around.js'
import type {
  ActionHeard,
  CorrectHeard,
  HeardMessage,
  HelpHeard,
  MessageHeard,
  RepeatHeard,
  SkipHeard,
} from '../authoring/heard.js'
import { aroundOf } from '../engine/actor-system.js'
import type { Said } from '../saying/said.js'
import { say } from '../saying/say.js'
import { type Text, type Wording, written } from '../saying/text.js'
import { type SayArgs, utter } from '../saying/utter.js'
import { type Form, FormFiller } from './form.js'
import { choicesBody } from './offer.js'
import { GaveUp, type Reminder } from './question.js'
import { markQuestion } from './questions.js'
import { type Filled, slotsOf } from './slots.js'
import { wholeOf } from './whole.js'

type RequiredOf<T> = { [TKey in keyof T]-?: undefined extends T[TKey] ? never : TKey }[keyof T] & string
type OptionalOf<T> = Exclude<keyof T & string, RequiredOf<T>>

/**
 * What is to be filled in, and how it is asked for.
 *
 * @example
 * fill({
 *   schema: z.object({ count: z.int(), address: z.string().min(5), note: z.string().optional() }),
 *   ask: { count: 'How many?', address: 'Where to?', note: 'Anything else? Or say "skip".' },
 *   labels: { address: ['place', 'street'] },
 *   retry: { max: 2 },
 * })
 */
export interface Filling<TSchema extends $ZodObject> {
  /**
   * A zod object; people answer each of its fields as they answer {@link ask}. Where a check on the object as a whole
   * fails, its message is said, and the fields in its `path` are asked for anew.
   */
  schema: TSchema
  /**
   * The questions, by field. One that is optional may be skipped; without a question it is only taken when somebody says
   * it unasked.
   */
  ask: { readonly [TSlot in RequiredOf<OutputOf<TSchema>>]: Text<Around> } & {
    readonly [TSlot in OptionalOf<OutputOf<TSchema>>]?: Text<Around>
  }
  /** What people call the fields, beside their names: for "change the …". */
  labels?: { readonly [TSlot in keyof OutputOf<TSchema>]?: string | readonly string[] }
  /**
   * Finds the part of a message that tells a field, though nobody asked for it: needed where any text may be one, as of
   * `address: (text) => /\bto (.+)/i.exec(text)?.[1]`. Of other fields it is known.
   */
  find?: { readonly [TSlot in keyof OutputOf<TSchema>]?: (text: string) => string | undefined }
  /** Said to "help" while the field is asked for, before the question comes again. */
  help?: { readonly [TSlot in keyof OutputOf<TSchema>]?: Text<Around> }
  /** Asked when all is there, for a yes. After a no, people say what to change. */
  confirm?: (values: OutputOf<TSchema>, around: Around) => Wording
  retry?: {
    /** How often one question is asked again after answers that don't fit; one more gives up. 3 where not given. */
    max?: number
  }
  /** Said once, where no answer comes for a while after a question. */
  reminder?: Reminder
  /** How long an answer is waited for after each question, in milliseconds. Then it is given up. */
  timeout?: number
}

/**
 * What is known before anything was asked: the `input` of the actor.
 *
 * @example
 * // "two large ones" gives the size; the count is known already, and only the address is asked for
 * const input: FillInput<{ size: string; count: number; address: string }> = { given: { count: 2 }, message }
 */
export interface FillInput<TOutput> {
  /** Not asked for, unless somebody corrects it. */
  given?: Partial<TOutput>
  /** A message in which values may be mentioned, such as the one that began the conversation. */
  message?: HeardMessage
}

/**
 * The actor logic of a {@link fill}: done with the whole object as its output, or fails with {@link GaveUp}.
 *
 * @example
 * const address: Fill<{ street: string; city: string }> = fill({
 *   schema: z.object({ street: z.string().min(3), city: z.string() }),
 *   ask: { street: 'Which street?', city: 'In which city?' },
 * })
 * setup({ actors: { delivery: address, invoice: address } })
 */
export type Fill<TOutput> = ActorLogic<
  Snapshot<TOutput>,
  MessageHeard,
  FillInput<TOutput> | undefined,
  AnyActor['system'],
  Said
>

type FillEvent = MessageHeard | ActionHeard | RepeatHeard | SkipHeard | HelpHeard | CorrectHeard
type Args = SayArgs<Form, EventObject, FillEvent>

/**
 * Makes an actor that asks for a whole object: for what is missing, one field after another, in whatever order people
 * tell it, several at once where a message has several. What was told can be corrected at any time until it is done. A
 * {@link form} whose fields have the names of the object's is an answer, too, whoever has shown it.
 *
 * @throws TypeError where a required field has no question, or no text could be read as its value
 * @example
 * actors: {
 *   order: fill({
 *     schema: z.object({ size: z.enum(['small', 'large']), count: z.int().min(1).max(20), address: z.string().min(5) }),
 *     ask: { size: 'Which size?', count: 'How many?', address: 'Where to?' },
 *     confirm: ({ size, count, address }) => `${count} ${size} to ${address}. Shall I order it?`,
 *   }),
 * }
 */
export function fill<TSchema extends $ZodObject>(filling: Filling<TSchema>): Fill<OutputOf<TSchema>> {
  const slots = slotsOf(filling.schema, filling as unknown as Parameters<typeof slotsOf>[1])
  const machine = machineOf(new FormFiller(slots, wholeOf(filling.schema)), filling as unknown as Manners)
  markQuestion(machine, {
    slots,
    answered: (actor: AnyActorRef) => (actor.getSnapshot() as unknown as { context: Form }).context.last,
    choices: () => [],
  })
  return machine as unknown as Fill<OutputOf<TSchema>>
}

/** What is said beside the questions, and how long an answer is waited for. */
interface Manners extends Pick<Filling<$ZodObject>, 'retry' | 'reminder' | 'timeout'> {
  confirm?(values: Filled, around: Around): Wording
}

function machineOf(filler: FormFiller, { confirm, retry, reminder, timeout }: Manners) {
  const most = retry?.max ?? 3
  const waits = {
    after: {
      ...(reminder && { reminder: { actions: 'remind' as const } }),
      ...(timeout !== undefined && { timeout: 'timedOut' as const }),
    },
  }
  return setup({
    types: {} as {
      context: Form
      events: FillEvent
      emitted: Said
      input: FillInput<Filled> | undefined
      output: Filled
    },
    actions: {
      ask: utter(({ context, ...around }: Args, _, choose) => {
        const { ask = '', answer } = filler.slot(context.open) ?? {}
        const text = written(ask, around, undefined, choose)
        return answer?.choices ? { type: 'choices', body: choicesBody(text, answer.choices) } : { type: 'say', text }
      }),
      help: utter(({ context, ...around }: Args, _, choose) => {
        const { help = '' } = filler.slot(context.open) ?? {}
        return { type: 'say', text: written(help, around, undefined, choose) }
      }),
      remind: utter((around: Args, _, choose) => {
        return { type: 'say', text: written(reminder?.say ?? '', around, undefined, choose) }
      }),
      confirm: say(({ context, ...around }: Args) => confirm?.(context.values, around) ?? ''),
      askWhatToChange: say(({ language }) => language.phrases.whatToChange),
      sayWhatIsWrong: say(({ context }: Args) => context.problem ?? ''),
      giveUp: ({ context }, { reason }: Pick<GaveUp, 'reason'>) => {
        throw new GaveUp(context.open ?? 'fill', { reason, answers: Math.max(context.wrong, context.mismatched) })
      },
    },
    guards: {
      isTooOften: ({ context }) => context.wrong > most || context.mismatched > most,
      isMissing: ({ context }) => filler.missing(context) !== undefined,
      isMismatched: ({ context }) => !filler.matches(context),
      isWrong: ({ context }) => context.problem !== null,
      isConfirmed: () => confirm !== undefined,
      maySkip: ({ context }) => filler.slot(context.open)?.optional === true,
      hasHelp: ({ context }) => filler.slot(context.open)?.help !== undefined,
      isYes: ({ context }) => context.sure === true,
      isNo: ({ context }) => context.sure === false,
    },
    delays: { reminder: reminder?.after ?? 0, timeout: timeout ?? 0 },
  }).createMachine({
    id: 'fill',
    context: ({ input, self }) => filler.begin(input ?? {}, aroundOf(self.system)),
    initial: 'next',
    output: ({ context }) => filler.output(context),
    on: {
      action: {
        guard: ({ event }) => filler.isForm(event.value),
        target: '.next',
        actions: assign(({ context, event, system }) => filler.sent(context, event.value, aroundOf(system))),
      },
      correct: {
        target: '.next',
        actions: assign(({ context, event, system }) => filler.corrected(context, event, aroundOf(system))),
      },
    },
    states: {
      next: {
        always: [
          { guard: 'isTooOften', target: 'givenUp' },
          { guard: and(['isWrong', 'isMissing']), target: 'asking', actions: 'sayWhatIsWrong' },
          { guard: and(['isWrong', 'isMismatched']), target: 'changing', actions: 'sayWhatIsWrong' },
          { guard: and(['isWrong', 'isConfirmed']), target: 'confirming', actions: 'sayWhatIsWrong' },
          { guard: 'isWrong', target: 'filled', actions: 'sayWhatIsWrong' },
          { guard: 'isMissing', target: 'asking' },
          { guard: 'isMismatched', target: 'mismatched' },
          { guard: 'isConfirmed', target: 'confirming' },
          { target: 'filled' },
        ],
      },
      mismatched: {
        entry: assign(({ context }) => filler.mismatched(context)),
        always: 'next',
      },
      asking: {
        ...waits,
        entry: [assign(({ context }) => ({ open: filler.missing(context)?.name })), 'ask'],
        on: {
          message: {
            target: 'next',
            actions: assign(({ context, event, system }) => filler.heard(context, event.message, aroundOf(system))),
          },
          repeat: { target: 'asking', reenter: true },
          help: { guard: 'hasHelp', target: 'asking', reenter: true, actions: 'help' },
          skip: { guard: 'maySkip', target: 'next', actions: assign(({ context }) => filler.skip(context)) },
        },
      },
      confirming: {
        ...waits,
        entry: 'confirm',
        on: {
          message: {
            target: 'weighing',
            actions: assign(({ context, event, system }) => filler.confirmed(context, event.message, aroundOf(system))),
          },
          repeat: { target: 'confirming', reenter: true },
        },
      },
      weighing: {
        always: [{ guard: 'isYes', target: 'filled' }, { guard: 'isNo', target: 'changing' }, { target: 'next' }],
      },
      changing: {
        ...waits,
        entry: 'askWhatToChange',
        on: {
          message: {
            target: 'next',
            actions: assign(({ context, event, system }) => filler.changed(context, event.message, aroundOf(system))),
          },
          repeat: { target: 'changing', reenter: true },
        },
      },
      filled: { type: 'final' },
      givenUp: { entry: { type: 'giveUp', params: { reason: 'answers' } } },
      timedOut: { entry: { type: 'giveUp', params: { reason: 'timeout' } } },
    },
  })
}
