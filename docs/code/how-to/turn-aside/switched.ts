import { bot } from '@daakia/bot-sdk'
import { machine } from './order.js'

export const order = bot({
  id: 'order-bot',
  version: 1,
  machine,
  asides: { correct: false },
  languages: { en: { asides: { cancel: ['cancel', 'abort'] } } },
})
