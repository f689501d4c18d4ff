import {
  type ActorLogic,
  type AnyActor,
  type AnyActorRef,
  assign,
  type EventObject,
  type MachineContext,
  type Snapshot,
  setup,
} from 'xstate'
import * as z from 'zod/mini'
import type { $ZodObject, output as OutputOf } from 'zod/v4/core'
import { bareText } from '../asides/bare-text.js'
import type { Around } from '../authoring/around.js'
import type { CorrectHeard, HeardMessage, MessageHeard, RepeatHeard, SkipHeard } from '../authoring/heard.js'
import { aroundOf } from '../engine/actor-system.js'
import type { Said } from '../saying/said.js'
import { say } from '../saying/say.js'
import { type Text, type Wording, written } from '../saying/text.js'
import { type SayArgs, utter } from '../saying/utter.js'
import { answerOf } from './answers/answer-of.js'
import { choicesBody } from './offer.js'
import { GaveUp } from './question.js'
import { markQuestion } from './questions.js'
import { answersIn, type Filled, mentionsOf, type Slot, slotsOf } from './slots.js'

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
  /** A zod object; people answer each of its fields as they answer {@link ask}. Only the fields are judged. */
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
  /** Asked when all is there, for a yes. After a no, people say what to change. */
  confirm?: (values: OutputOf<TSchema>, around: Around) => Wording
  retry?: {
    /** How often one question is asked again after answers that don't fit; one more gives up. 3 where not given. */
    max?: number
  }
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

interface Context extends MachineContext {
  values: Filled
  /** Fields that people did not want to fill in. */
  skipped: readonly string[]
  /** The field that is asked for. */
  open?: string
  /** The field that was filled in last. */
  last?: string
  /** How many answers to the open question did not fit. */
  wrong: number
  /** What is wrong with the last of them. */
  problem: string | null
  /** The field that is to be asked for next. */
  wanted?: string
  /** Whether all is right; null where the answer says what to change. */
  sure?: boolean | null
}

type FillEvent = MessageHeard | RepeatHeard | SkipHeard | CorrectHeard
type Args = SayArgs<Context, EventObject, FillEvent>

/**
 * Makes an actor that asks for a whole object: for what is missing, one field after another, in whatever order people
 * tell it, several at once where a message has several. What was told can be corrected at any time until it is done.
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
  const form = new Form(slots, filling.retry?.max ?? 3)
  const confirmation = filling.confirm as ((values: Filled, around: Around) => Wording) | undefined
  const machine = setup({
    types: {} as {
      context: Context
      events: FillEvent
      emitted: Said
      input: FillInput<Filled> | undefined
      output: Filled
    },
    actions: {
      ask: utter((args: Args, _, choose) => form.question(args, (text) => written(text, args, undefined, choose))),
      confirm: say(({ context, ...args }: Args) => confirmation?.(context.values, args as unknown as Around) ?? ''),
      askWhatToChange: say(({ language }) => language.phrases.whatToChange),
      sayWhatIsWrong: say(({ context }: Args) => context.problem ?? ''),
      giveUp: ({ context }) => {
        throw new GaveUp(context.open ?? '', { reason: 'answers', answers: context.wrong })
      },
    },
    guards: {
      isMissing: ({ context }) => form.missing(context) !== undefined,
      isConfirmed: () => confirmation !== undefined,
      isWrong: ({ context }) => context.problem !== null,
      isTooOften: ({ context }) => context.wrong > form.most,
      maySkip: ({ context }) => form.slot(context.open)?.optional === true,
      isYes: ({ context }) => context.sure === true,
      isNo: ({ context }) => context.sure === false,
    },
  }).createMachine({
    id: 'fill',
    context: ({ input, self }) => form.begin(input ?? {}, aroundOf(self.system)),
    initial: 'next',
    output: ({ context }) => form.output(context),
    on: {
      correct: {
        target: '.next',
        actions: assign(({ context, event, system }) => form.corrected(context, event, aroundOf(system))),
      },
    },
    states: {
      next: {
        always: [
          { guard: 'isTooOften', target: 'givenUp' },
          { guard: 'isWrong', target: 'asking', actions: 'sayWhatIsWrong' },
          { guard: 'isMissing', target: 'asking' },
          { guard: 'isConfirmed', target: 'confirming' },
          { target: 'filled' },
        ],
      },
      asking: {
        entry: [assign(({ context }) => ({ open: form.missing(context)?.name })), 'ask'],
        on: {
          message: {
            target: 'next',
            actions: assign(({ context, event, system }) => form.heard(context, event.message, aroundOf(system))),
          },
          repeat: { actions: 'ask' },
          skip: { guard: 'maySkip', target: 'next', actions: assign(({ context }) => form.skip(context)) },
        },
      },
      confirming: {
        entry: 'confirm',
        on: {
          message: {
            target: 'weighing',
            actions: assign(({ context, event, system }) => form.confirmed(context, event.message, aroundOf(system))),
          },
          repeat: { actions: 'confirm' },
        },
      },
      weighing: {
        always: [{ guard: 'isYes', target: 'filled' }, { guard: 'isNo', target: 'changing' }, { target: 'next' }],
      },
      changing: {
        entry: 'askWhatToChange',
        on: {
          message: {
            target: 'next',
            actions: assign(({ context, event, system }) => form.changed(context, event.message, aroundOf(system))),
          },
          repeat: { actions: 'askWhatToChange' },
        },
      },
      filled: { type: 'final' },
      givenUp: { entry: 'giveUp' },
    },
  })
  markQuestion(machine, {
    slots,
    answered: (actor: AnyActorRef) => (actor.getSnapshot() as unknown as { context: Context }).context.last,
    choices: () => [],
  })
  return machine as unknown as Fill<OutputOf<TSchema>>
}

const YesOrNo = answerOf(z.boolean())

/** How the fields of an object get filled in. */
class Form {
  readonly most: number
  readonly #slots: readonly Slot[]

  constructor(slots: readonly Slot[], most: number) {
    this.#slots = slots
    this.most = most
  }

  begin({ given = {}, message }: FillInput<Filled>, around: Around): Context {
    const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
    const told = message ? mentionsOf(this.#without(known), message.text, around) : {}
    return { values: { ...told, ...known }, skipped: [], wrong: 0, problem: null }
  }

  slot(name: string | undefined): Slot | undefined {
    return this.#slots.find((slot) => slot.name === name)
  }

  /** In the order of the schema, however it was told. */
  output({ values }: Context): Filled {
    const told = this.#slots.filter(({ name }) => name in values)
    return Object.fromEntries(told.map(({ name }) => [name, values[name]]))
  }

  /** The first that has to be asked for. */
  missing({ values, skipped, wanted }: Context): Slot | undefined {
    const isMissing = ({ name, ask }: Slot) => ask !== undefined && !(name in values) && !skipped.includes(name)
    return this.#slots.find((slot) => slot.name === wanted && isMissing(slot)) ?? this.#slots.find(isMissing)
  }

  question({ context }: Args, write: (text: Text<Around>) => string): Said {
    const { ask = '', answer } = this.slot(context.open) ?? {}
    const text = write(ask)
    return answer?.choices ? { type: 'choices', body: choicesBody(text, answer.choices) } : { type: 'say', text }
  }

  heard(context: Context, heard: HeardMessage, around: Around): Partial<Context> {
    const open = this.slot(context.open)
    if (!open) return {}
    const found = answersIn(open, this.#without({ ...context.values, [open.name]: true }), heard, around)
    if (Object.keys(found).length > 0) return this.#filled(context, found, open.name)
    return this.#refused(context, open, heard, around)
  }

  #refused({ wrong }: Context, { answer }: Slot, heard: HeardMessage, around: Around): Partial<Context> {
    const reading = answer.read(heard, around)
    return {
      wrong: wrong + 1,
      problem: problemOf(reading.ok ? undefined : reading.problem, answer.expected(around), heard.text, around),
    }
  }

  #filled({ values }: Context, found: Filled, preferred?: string): Partial<Context> {
    const names = Object.keys(found)
    const last = preferred !== undefined && preferred in found ? preferred : names.at(-1)
    return {
      values: { ...values, ...found },
      wrong: 0,
      problem: null,
      ...(last !== undefined && { last }),
    }
  }

  skip({ skipped, open }: Context): Partial<Context> {
    return open === undefined ? {} : { skipped: [...skipped, open], wrong: 0, problem: null }
  }

  /** The right answer to what was asked before, or the question anew. */
  corrected(context: Context, { slot: name, answer }: CorrectHeard, around: Around): Partial<Context> {
    const slot = this.slot(name)
    if (!slot) return {}
    const reading = answer === undefined ? undefined : slot.answer.read(writtenAs(answer), around)
    if (reading?.ok) return this.#filled(context, { [name]: reading.value })
    const { [name]: _, ...values } = context.values
    const skipped = context.skipped.filter((each) => each !== name)
    const problem = reading && problemOf(reading.problem, slot.answer.expected(around), answer ?? '', around)
    return { values, skipped, wrong: 0, problem: problem ?? null, wanted: name }
  }

  /** A yes, a no, or what to change. */
  confirmed(context: Context, heard: HeardMessage, around: Around): Partial<Context> {
    const reading = YesOrNo.read(heard, around)
    return reading.ok ? { sure: reading.value } : { ...this.changed(context, heard, around), sure: null }
  }

  /** Of what is all there already: a field by its name is asked for anew, values that are mentioned replace the old ones. */
  changed(context: Context, heard: HeardMessage, around: Around): Partial<Context> {
    const words = ` ${bareText(heard.text.slice(0, longestName))} `
    const [slot, ...others] = this.#slots.filter(({ labels }) => labels.some((label) => words.includes(` ${label} `)))
    if (slot && others.length === 0) return this.corrected(context, { type: 'correct', slot: slot.name }, around)
    return this.#filled(context, mentionsOf(this.#slots, heard.text, around))
  }

  #without(values: Filled): readonly Slot[] {
    return this.#slots.filter(({ name }) => !(name in values))
  }
}

/** A message of which only the words matter. */
const writtenAs = (text: string): HeardMessage => ({
  ...{ seq: 0, id: '', from: '', at: 0, type: 'text', payload: text, encoding: 'utf8' as const },
  text,
})

/** What is longer names more than a field. */
const longestName = 40

/** What is longer is not repeated. */
const longestRepeated = 60

function problemOf(own: string | undefined, expected: string | undefined, text: string, { language }: Around): string {
  if (own !== undefined) return own
  if (expected === undefined) return language.phrases.notUnderstood
  return language.expected.wrong(text.length > 0 && text.length <= longestRepeated ? text : undefined, expected)
}
