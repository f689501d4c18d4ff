import { type ActorLogic, type AnyActor, assign, type NonReducibleUnknown, type Snapshot, setup } from 'xstate'
import type { MessageHeard } from '../authoring/heard.js'
import type { Said } from '../saying/said.js'
import { say } from '../saying/say.js'
import { chosen } from './choices.js'
import { markQuestion } from './questions.js'
import { type Schema, validate } from './schema.js'

/** A question, and what counts as its answer. */
export interface Question<TOutput> {
  /** The question. */
  say: string
  /** Judges the answer, a trimmed text, and gives the output its type. Has to be synchronous. */
  schema: Schema<TOutput>
  /**
   * What may be chosen. An answer that names exactly one of them, in any case, by its number counted from 1 or in the
   * midst of other words, counts as that choice before the schema sees it.
   */
  choices?: readonly string[]
  retry?: Retry
}

/** What happens after an answer that the schema refuses. */
export interface Retry {
  /** How often the question is asked again; the wrong answer after that gives up. 3 where not given. */
  max?: number
  /** What is said instead of the question when it is asked again. */
  say?: string | ((wrong: string) => string)
}

/** The actor logic of a question: it is done with the answer as its output, or fails with {@link GaveUp}. */
export type Ask<TOutput> = ActorLogic<Snapshot<TOutput>, MessageHeard, NonReducibleUnknown, AnyActor['system'], Said>

/** Nobody gave an answer that fits: the `error` that `onError` of the invoking state receives. */
export class GaveUp extends Error {
  override readonly name = 'GaveUp'
  constructor(question: string, answers: number) {
    super(`No answer to "${question}" that fits, after ${answers}: onError of the state that asks says what comes then`)
  }
}

interface Asking<TOutput> {
  /** How many answers did not fit so far. */
  wrong: number
  judged?: Judged<TOutput>
}

type Judged<TOutput> = { answer: string; fits: true; output: TOutput } | { answer: string; fits: false }

/**
 * Makes an actor that asks a question and waits for an answer that fits. Register it by name under `actors` of
 * `setup`, one per question, so that it survives a restart.
 *
 * Giving up ends it with an error: handle it with `onError`, or the run fails.
 *
 * @example
 * actors: { count: ask({ say: 'How many?', schema: z.coerce.number().int().min(1) }) }
 */
export function ask<TOutput>(question: Question<TOutput>): Ask<TOutput> {
  const max = question.retry?.max ?? 3
  const machine = setup({
    types: {} as { context: Asking<TOutput>; events: MessageHeard; emitted: Said; output: TOutput },
    actions: {
      askAgain: say(({ context }) => again(question, context.judged?.answer ?? '')),
      giveUp: ({ context }) => {
        throw new GaveUp(question.say, context.wrong + 1)
      },
    },
    guards: {
      fits: ({ context }) => context.judged?.fits === true,
      mayTryAgain: ({ context }) => context.wrong < max,
    },
  }).createMachine({
    id: 'ask',
    context: { wrong: 0 },
    entry: say(question.say),
    initial: 'open',
    output: ({ context }) => outputOf(context),
    states: {
      open: {
        on: {
          repeat: { actions: say(question.say) },
          message: { target: 'judging', actions: assign({ judged: ({ event }) => judge(question, event.text) }) },
        },
      },
      judging: {
        always: [
          { guard: 'fits', target: 'answered' },
          { guard: 'mayTryAgain', target: 'open', actions: [assign({ wrong: countWrong }), 'askAgain'] },
          { target: 'givenUp' },
        ],
      },
      answered: { type: 'final' },
      givenUp: { entry: 'giveUp' },
    },
  })
  markQuestion(machine, { choices: () => question.choices ?? [] })
  return machine as unknown as Ask<TOutput>
}

const countWrong = ({ context }: { context: Pick<Asking<unknown>, 'wrong'> }): number => context.wrong + 1

function judge<TOutput>({ schema, choices = [] }: Question<TOutput>, text: string): Judged<TOutput> {
  const answer = text.trim()
  const judged = validate(schema, chosen(choices, answer) ?? answer)
  return judged.issues ? { answer, fits: false } : { answer, fits: true, output: judged.value }
}

function again({ say, retry }: Question<unknown>, wrong: string): string {
  if (retry?.say === undefined) return say
  return typeof retry.say === 'string' ? retry.say : retry.say(wrong)
}

function outputOf<TOutput>({ judged }: Asking<TOutput>): TOutput {
  if (!judged?.fits) throw new Error('A question is done only with an answer that fits')
  return judged.output
}
