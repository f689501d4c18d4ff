import { type Bot, bot, type Heard, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { assign, cancel, enqueueActions, fromPromise, setup } from 'xstate'
import { apology, readRequest, writeAnswer, writeFailure } from './speech.js'

interface Context {
  /** How many things it has said: the next one is one higher, or the state was lost, doubled or forked. */
  said: number
  /** What it was asked last. */
  text: string
}

/** A timer of the conversation fires. */
type Rings = { type: 'rings'; token: string }

const machine = setup({
  types: {} as { context: Context; events: Heard<Rings>; emitted: Said; input: RunInput },
  actors: {
    work: fromPromise<void, { ms: number }>(({ input, signal }) => sleep(input.ms, signal)),
  },
  guards: {
    isWork: ({ context }) => readRequest(context.text)?.verb === 'work',
    isRemind: ({ context }) => readRequest(context.text)?.verb === 'remind',
    isBreak: ({ context }) => readRequest(context.text)?.verb === 'break',
    isDrop: ({ context }) => readRequest(context.text)?.verb === 'drop',
  },
  actions: {
    count: assign({ said: ({ context }) => context.said + 1 }),
    answer: say(({ context }) => writeAnswer(readRequest(context.text), context.said)),
    set: enqueueActions(({ enqueue, context }) => {
      const token = tokenOf(context)
      enqueue.raise({ type: 'rings', token }, { id: token, delay: readRequest(context.text)?.ms ?? 0 })
    }),
    break: () => {
      throw new Error('told to break')
    },
    tell: say(({ context }) => writeFailure(readRequest(context.text), context.said)),
    drop: cancel(({ context }) => readRequest(context.text)?.of ?? ''),
    ring: say(({ context, event }) => `ring ${(event as Rings).token} #${context.said}`),
  },
}).createMachine({
  id: 'counting',
  context: ({ input }) => ({ said: 0, text: input.message.text }),
  initial: 'deciding',
  // Also while it works: a timer does not wait for that.
  on: {
    rings: { actions: ['count', 'ring'] },
    // Of a timer the apology is said.
    failed: {
      guard: ({ event }) => event.message !== undefined,
      target: '.listening',
      actions: [assign({ text: ({ event }) => event.message?.text ?? '' }), 'count', 'tell'],
    },
  },
  states: {
    deciding: {
      always: [
        { guard: 'isWork', target: 'working' },
        { guard: 'isRemind', target: 'listening', actions: ['set', 'count', 'answer'] },
        { guard: 'isBreak', target: 'listening', actions: 'break' },
        { guard: 'isDrop', target: 'listening', actions: ['drop', 'count', 'answer'] },
        { target: 'listening', actions: ['count', 'answer'] },
      ],
    },
    listening: {
      on: { message: { target: 'deciding', actions: assign({ text: ({ event }) => event.text }) } },
    },
    working: {
      invoke: {
        src: 'work',
        input: ({ context }) => ({ ms: readRequest(context.text)?.ms ?? 0 }),
        onDone: { target: 'listening', actions: ['count', 'answer'] },
      },
    },
  },
})

const tokenOf = ({ text }: Context): string => readRequest(text)?.token ?? ''

const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => clearTimeout(timer))
  })

/** Answers each message with its token, and counts what it says, so that every lost or doubled turn shows. */
export const counting = (id: string): Bot => bot({ id, version: 1, machine, apology }) as Bot
