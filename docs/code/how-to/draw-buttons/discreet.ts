import { bot } from '@daakia/bot-sdk'
import { machine } from './desk.js'

export const desk = bot({
  id: 'desk',
  version: 1,
  machine,
  hide: { states: ['suspecting'], tags: ['watched'], events: ['audit'] },
})
