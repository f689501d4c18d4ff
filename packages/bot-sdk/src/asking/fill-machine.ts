import { and, assign, type EventObject, setup } from 'xstate'
import type { Around } from '../authoring/around.js'
import type { ActionHeard, CorrectHeard, HelpHeard, MessageHeard, RepeatHeard, SkipHeard } from '../authoring/heard.js'
import { aroundOf } from '../engine/actor-system.js'
import type { Said } from '../saying/said.js'
import { say } from '../saying/say.js'
import { type Wording, written } from '../saying/text.js'
import { type SayArgs, utter } from '../saying/utter.js'
import type { Form, FormFiller } from './form.js'
import { choicesBody } from './offer.js'
import { GaveUp, type Reminder } from './question.js'
import type { Filled } from './slots.js'

type FillEvent = MessageHeard | ActionHeard | RepeatHeard | SkipHeard | HelpHeard | CorrectHeard
type Args = SayArgs<Form, EventObject, FillEvent>

/** What is said beside the questions, and how long an answer is waited for. */
export interface Manners {
  confirm?(values: Filled, around: Around): Wording
  retry?: { max?: number }
  reminder?: Reminder
  timeout?: number
}

/** The machine that asks: which question comes next, what is said beside them, and when it is given up. */
export function fillMachine(filler: FormFiller, { confirm, retry, reminder, timeout }: Manners) {
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
      input: Parameters<FormFiller['begin']>[0] | undefined
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
