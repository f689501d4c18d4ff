import { bot, connect, logging, rateLimit } from '@daakia/bot-sdk'
import { metrics } from '@daakia/bot-sdk/metrics'
import { tracing } from '@daakia/bot-sdk/tracing'
import { pino } from 'pino'
import { machine } from './machine.js'

export const order = bot({
  id: 'order-bot',
  version: 1,
  machine,
  use: [rateLimit({ messages: 10, perSeconds: 60, say: 'Please slow down.' })],
})

connect(order, { url: 'mqtt://127.0.0.1:1883', use: [logging({ log: pino() }), tracing(), metrics()] })
