import { bot } from '@daakia/bot-sdk'
import { machine } from './helpdesk.js'

export const patient = bot({
  id: 'helpdesk',
  version: 1,
  machine,
  overlap: { debounceMs: 1_500, longestMs: 5_000 },
})
