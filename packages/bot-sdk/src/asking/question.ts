import type { Around } from '../authoring/around.js'
import type { ChoiceOf } from '../saying/show.js'
import type { Text, Wording } from '../saying/text.js'
import type { Schema } from './schema.js'

/**
 * A question, and what counts as its answer.
 *
 * @example
 * const count: Question<number> = {
 *   say: ({ locale }) => (locale.startsWith('de') ? 'Wie viele?' : 'How many?'),
 *   schema: z.int().min(1).max(20),
 *   labels: ['amount'], // "change the amount" means this question
 * }
 * setup({ actors: { count: ask(count) } })
 */
export interface Question<TOutput> {
  /** The question, or how to make it. */
  say: Text<Around>
  /**
   * What is asked for, which gives the output its type. How people write it is known for what zod has kinds of, see
   * {@link answerOf}; any other Standard Schema judges the text, trimmed. Has to be synchronous.
   */
  schema: Schema<TOutput>
  /**
   * What is offered. A schema that is a closed list, such as `z.enum`, offers it by itself: give choices for other words,
   * or to another schema. What is chosen goes through the schema: the `value`, or else the label.
   */
  choices?: readonly ChoiceOf<Around>[]
  retry?: Retry
  /** Said to "help", before the question is asked again. */
  help?: Text<Around>
  /** Whether "skip" leaves the question out: the output is then `undefined`. */
  optional?: boolean
  /**
   * How long an answer is waited for, in milliseconds, from each time that the question is said. Then it is given up. A
   * function is asked once, when the question is said first.
   */
  timeout?: number | ((around: Around) => number)
  /** Said once, where no answer comes for a while after the question. */
  reminder?: Reminder
  /** Other names that people call it by: "change the address" means the question `address`, or one labelled so. */
  labels?: readonly string[]
}

/**
 * What is said to who does not answer.
 *
 * @example
 * const reminder: Reminder = { after: 10 * 60_000, say: 'Are you still there?' }
 * setup({ actors: { count: ask({ say: 'How many?', schema: z.int(), reminder }) } })
 */
export interface Reminder {
  /** How long an answer is waited for, in milliseconds, from each time that the question is said. */
  after: number
  say: Text<Around>
}

/**
 * A question that may be left out.
 *
 * @example
 * const note: OptionalQuestion<string> = { say: 'Anything else?', schema: z.string(), optional: true }
 * setup({ actors: { note: ask(note) } }) // done with a text, or after "skip" with undefined
 */
export type OptionalQuestion<TOutput> = Question<TOutput> & { optional: true }

/**
 * What happens after an answer that does not fit.
 *
 * @example
 * ask({ say: 'How many?', schema: z.int(), retry: { max: 1, say: 'In digits, please: how many?' } })
 */
export interface Retry {
  /** How often the question is asked again; the wrong answer after that gives up. 3 where not given. */
  max?: number
  /**
   * What is said when it is asked again. Where not given: what would be right, in the person's language, and the question.
   */
  say?: Wording | ((wrong: string, around: WrongAnswer) => Wording)
}

/**
 * An answer that does not fit, and for whom that is said.
 *
 * @example
 * const retry: Retry = { say: (wrong, { expected, problem }) => problem ?? `${wrong}? I need ${expected}.` }
 * ask({ say: 'How many?', schema: z.int().max(20, 'We have twenty. How many?'), retry })
 */
export interface WrongAnswer extends Around {
  /** What would be right, such as "a whole number from 1 to 20"; absent where nothing is known of it. */
  expected?: string
  /** The message of a check of the schema that the author gave it. */
  problem?: string
}

/**
 * Nobody gave an answer that fits: the `error` that `onError` of the invoking state receives.
 *
 * @example
 * invoke: {
 *   id: 'count',
 *   src: 'count',
 *   onDone: 'done',
 *   onError: [
 *     { guard: ({ event }) => event.error instanceof GaveUp && event.error.reason === 'timeout', target: 'away' },
 *     { target: 'givenUp' },
 *   ],
 * }
 */
export class GaveUp extends Error {
  override readonly name = 'GaveUp'
  /** `answers`: as many as there may be were wrong. `timeout`: none came in time. */
  readonly reason: 'answers' | 'timeout'

  /** @param answers how many were wrong */
  constructor(question: string, { reason, answers }: { reason: GaveUp['reason']; answers: number }) {
    const when = reason === 'timeout' ? 'in time' : `that fits, after ${answers}`
    super(`No answer to "${question}" ${when}: onError of the state that asks says what comes then`)
    this.reason = reason
  }
}
