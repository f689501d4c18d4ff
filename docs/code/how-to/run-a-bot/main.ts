import { connect, logging } from '@daakia/bot-sdk'
import { metrics } from '@daakia/bot-sdk/metrics'
import { pino } from 'pino'
import { order } from '../ask-questions.js'

const log = pino()

const running = connect(order, {
  url: process.env.DAAKIA_URL ?? 'mqtt://127.0.0.1:1883',
  capacity: 200,
  hotRuns: 5_000,
  log,
  use: [logging({ log }), metrics()],
})

process.once('SIGTERM', () => void running.close({ graceMs: 20_000 }))
await running.ready
