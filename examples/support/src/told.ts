import { type Heard, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { setup } from 'xstate'

/** Conversations that say one thing, and are over. */
const telling = (id: string, text: string) =>
  setup({ types: {} as { input: RunInput; events: Heard; emitted: Said } }).createMachine({
    id,
    initial: 'told',
    states: { told: { type: 'final', entry: say(text) } },
  })

export const welcome = telling('welcome', 'Hello. Tell me what does not work, or ask when we are open.')
export const hours = telling('hours', 'We are here from Monday to Friday, from nine to five.')
