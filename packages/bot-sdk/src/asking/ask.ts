import { type ActorLogic, type AnyActor, assign, type NonReducibleUnknown, type Snapshot, setup } from 'xstate'
import type { HelpHeard, MessageHeard, RepeatHeard, SkipHeard } from '../authoring/heard.js'
import { aroundOf } from '../engine/actor-system.js'
import type { Said } from '../saying/said.js'
import { utter } from '../saying/utter.js'
import { beginning } from './answers/words.js'
import { type Offer, offeredAs, offerOf } from './offer.js'
import { type Misfit, pose, poseAgain, textOf } from './pose.js'
import { GaveUp, type OptionalQuestion, type Question } from './question.js'
import { markQuestion } from './questions.js'

/**
 * What a question hears. `skip` and `help` are for questions that take them.
 *
 * @example
 * // answers something else, and has the open question said again
 * on: { hours: { actions: [say('From ten to ten.'), sendTo('count', { type: 'repeat' } satisfies AskEvent)] } }
 */
export type AskEvent = MessageHeard | RepeatHeard | SkipHeard | HelpHeard

/**
 * The actor logic of a question: it is done with the answer as its output, or fails with {@link GaveUp}.
 *
 * @example
 * const amount = (of: string): Ask<number> => ask({ say: `How many ${of}?`, schema: z.int().min(1) })
 * setup({ actors: { pizzas: amount('pizzas'), salads: amount('salads') } })
 */
export type Ask<TOutput> = ActorLogic<Snapshot<TOutput>, AskEvent, NonReducibleUnknown, AnyActor['system'], Said>

interface Asking<TOutput> {
  /** How often somebody had the question said again; who asked can so see that it was. */
  repeated: number
  /** How many answers did not fit so far. */
  wrong: number
  /** How long an answer is waited for; absent where as long as it takes. */
  timeoutMs?: number
  judged?: Judged<TOutput>
}

type Judged<TOutput> = ({ fits: true; output: TOutput } | { fits: false }) & Misfit

/**
 * Makes an actor that asks a question and waits for an answer that fits. Register it by name under `actors` of
 * `setup`, one per question, so that it survives a restart.
 *
 * It says the question; as a choice, where the schema is a closed list. To an answer that does not fit it says what would
 * be right, and asks again. `repeat` has it asked again too, `help` says the question's help before, and `skip` leaves
 * out what is `optional`.
 *
 * Giving up ends it with an error, {@link GaveUp}: handle it with `onError`, or the run fails.
 *
 * @throws TypeError where the schema can't be asked for: what it gives can't be stored, such as a `Date`
 * @example
 * actors: {
 *   count: ask({ say: 'How many?', schema: z.int().min(1).max(20) }), // also "a dozen"
 *   when: ask({ say: 'When?', schema: z.iso.datetime({ offset: true }), timeout: 3_600_000 }), // "tomorrow at 17:00"
 *   note: ask({ say: 'Anything else?', schema: z.string(), optional: true, help: 'For the cook. Or say "skip".' }),
 * }
 */
export function ask<TOutput>(question: OptionalQuestion<TOutput>): Ask<TOutput | undefined>
export function ask<TOutput>(question: Question<TOutput>): Ask<TOutput>
export function ask<TOutput>(question: Question<TOutput>): Ask<TOutput> {
  const offer = offerOf(question)
  const machine = machineOf(question, offer)
  const { labels } = question
  const choices: Parameters<typeof markQuestion>[1]['choices'] = (around) =>
    offer.choices(around).map(({ label }) => label)
  markQuestion(machine, {
    choices,
    ...(labels && { labels }),
    offers: (around) => offeredAs('', offer.choices(around), offer.answer, around),
    answers: (context) => {
      const { judged } = context as Asking<TOutput>
      return judged?.fits ? { '': judged.output } : undefined
    },
  })
  return machine as unknown as Ask<TOutput>
}

function machineOf<TOutput>(question: Question<TOutput>, offer: Offer<TOutput>) {
  const { retry: { max = 3 } = {}, help, optional, timeout, reminder } = question
  return setup({
    types: {} as { context: Asking<TOutput>; events: AskEvent; emitted: Said; output: TOutput | undefined },
    actions: {
      ask: utter((around, _, choose) => pose(question, offer, { around, choose })),
      askAgain: utter((args, _, choose) => {
        const { context } = args as unknown as { context: Asking<TOutput> }
        return poseAgain(question, offer, context.judged ?? { answer: '' }, { around: args, choose })
      }),
      help: utter((around, _, choose) => ({ type: 'say', text: textOf(help ?? '', { around, choose }) })),
      remind: utter((around, _, choose) => ({ type: 'say', text: textOf(reminder?.say ?? '', { around, choose }) })),
      countRepeat: assign({ repeated: ({ context }) => context.repeated + 1 }),
      giveUp: ({ context, system }, { reason }: Pick<GaveUp, 'reason'>) => {
        const said = textOf(question.say, { around: aroundOf(system), choose: ([first]) => first })
        throw new GaveUp(said, { reason, answers: context.wrong + (reason === 'answers' ? 1 : 0) })
      },
    },
    guards: {
      fits: ({ context }) => context.judged?.fits === true,
      mayTryAgain: ({ context }) => context.wrong < max,
    },
    delays: { reminder: reminder?.after ?? 0, timeout: ({ context }) => context.timeoutMs ?? 0 },
  }).createMachine({
    id: 'ask',
    context: ({ self }) => ({ wrong: 0, repeated: 0, ...timeoutFrom(question, self.system) }),
    entry: 'ask',
    initial: 'open',
    output: ({ context }) => outputOf(context),
    states: {
      open: {
        after: {
          ...(reminder && { reminder: { actions: 'remind' } }),
          ...(timeout !== undefined && { timeout: 'timedOut' }),
        },
        on: {
          repeat: { ...anew, actions: ['countRepeat', 'ask'] },
          ...(help !== undefined && { help: { ...anew, actions: ['help', 'countRepeat', 'ask'] } }),
          ...(optional && { skip: 'skipped' }),
          message: {
            target: 'judging',
            actions: assign({ judged: ({ event, system }) => judge(offer, event, system) }),
          },
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
      skipped: { type: 'final' },
      timedOut: { entry: { type: 'giveUp', params: { reason: 'timeout' } } },
      givenUp: { entry: { type: 'giveUp', params: { reason: 'answers' } } },
    },
  })
}

/** Whenever the question is asked, an answer is waited for as long as the first time. */
const anew = { target: 'open', reenter: true } as const

const countWrong = ({ context }: { context: Pick<Asking<unknown>, 'wrong'> }): number => context.wrong + 1

function timeoutFrom({ timeout }: Question<unknown>, system: AnyActor['system']): { timeoutMs?: number } {
  if (timeout === undefined) return {}
  return { timeoutMs: typeof timeout === 'function' ? timeout(aroundOf(system)) : timeout }
}

function judge<TOutput>(offer: Offer<TOutput>, { text, message }: MessageHeard, system: AnyActor['system']) {
  // It is kept with the conversation, and may be very long.
  const answer = beginning(text.trim())
  const reading = offer.answer.read({ ...message, text }, aroundOf(system))
  const judged: Judged<TOutput> = reading.ok
    ? { answer, fits: true, output: reading.value }
    : { answer, fits: false, ...(reading.problem !== undefined && { problem: reading.problem }) }
  return judged
}

/** A question that was left out has none. */
function outputOf<TOutput>({ judged }: Asking<TOutput>): TOutput | undefined {
  return judged?.fits ? judged.output : undefined
}
