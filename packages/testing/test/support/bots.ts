import { bot, type Heard, type Said, say } from '@daakia/bot-sdk'
import { fromPromise, setup } from 'xstate'

interface EchoOptions {
  id?: string
  /** What it does when it hears "work"; it never comes to an end by default. */
  work?: () => Promise<void>
}

const machineThat = (work: () => Promise<void>) =>
  setup({
    types: {} as { events: Heard<{ type: 'work' } | { type: 'break' } | { type: 'leave' }>; emitted: Said },
    actors: { work: fromPromise(work) },
    actions: {
      fail: () => {
        throw new Error('the kettle is empty')
      },
    },
    delays: { nudge: 10 * 60_000, farewell: 15 * 60_000 },
  }).createMachine({
    id: 'echo',
    entry: say('Hello.'),
    initial: 'listening',
    states: {
      listening: {
        after: { nudge: { actions: say('Anybody there?') }, farewell: 'gone' },
        on: {
          message: { target: 'listening', reenter: true, actions: say(({ event }) => `You said "${event.text}".`) },
          break: { actions: 'fail' },
          work: 'working',
          leave: 'gone',
        },
      },
      working: {
        invoke: { id: 'work', src: 'work', onDone: { target: 'listening', actions: say('Done.') } },
        on: { cancel: 'listening' },
      },
      gone: { type: 'final', entry: say('Goodbye.') },
    },
  })

const events = ['work', 'break', 'leave'] as const

/** Repeats what it hears, nudges after ten minutes of silence and leaves after fifteen. It can work, break and leave. */
export const echoBot = ({ id = 'echo', work = () => new Promise(() => {}) }: EchoOptions = {}) =>
  bot({
    id,
    version: 1,
    machine: machineThat(work),
    apology: 'Something broke.',
    recognise: (text) => {
      const type = events.find((event) => event === text)
      return type && { type }
    },
  })

export const echo = echoBot()

export const other = echoBot({ id: 'other' })
