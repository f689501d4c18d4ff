import type { ActorLogic, AnyActor, AnyActorRef, Snapshot } from 'xstate'
import type { $ZodObject, output as OutputOf } from 'zod/v4/core'
import type { Around } from '../authoring/around.js'
import type { HeardMessage, MessageHeard } from '../authoring/heard.js'
import type { Said } from '../saying/said.js'
import type { Text, Wording } from '../saying/text.js'
import { fillMachine, type Manners } from './fill-machine.js'
import { type Form, FormFiller } from './form.js'
import { offeredAs } from './offer.js'
import type { GaveUp, Reminder } from './question.js'
import { markQuestion } from './questions.js'
import { slotsOf } from './slots.js'
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
   * Finds the part of a message that tells a field, asked for or not: needed where any text may be one, as of
   * `address: (text) => /\bto (\d+ .+)/i.exec(text)?.[1]`. Of other fields it is known. Where it is asked for and this finds
   * nothing, the whole answer is meant.
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
  const machine = fillMachine(new FormFiller(slots, wholeOf(filling.schema)), filling as unknown as Manners)
  markQuestion(machine, {
    slots,
    answered: (actor: AnyActorRef) => (actor.getSnapshot() as unknown as { context: Form }).context.last,
    choices: () => [],
    offers: (around) => slots.flatMap(({ name, answer }) => offeredAs(name, answer.choices ?? [], answer, around)),
    answers: (context) => (context as Form).values,
  })
  return machine as unknown as Fill<OutputOf<TSchema>>
}
