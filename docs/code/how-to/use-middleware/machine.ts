import type { Heard, Said } from '@daakia/bot-sdk'
import { say } from '@daakia/bot-sdk'
import { setup } from 'xstate'

export const machine = setup({ types: {} as { events: Heard; emitted: Said } }).createMachine({
  id: 'order',
  on: { message: { actions: say('Noted.') } },
})
