import { bot, type Heard, type Said, say } from '@daakia/bot-sdk'
import { setup } from 'xstate'

const machine = setup({ types: {} as { events: Heard; emitted: Said }, delays: { soon: 40 } }).createMachine({
  id: 'quick',
  entry: say('Hello.'),
  initial: 'waiting',
  states: { waiting: { after: { soon: { target: 'done', actions: say('Reminded.') } } }, done: {} },
})

/** Reminds at once, for real time. */
export const quick = bot({ id: 'quick', version: 1, machine })
