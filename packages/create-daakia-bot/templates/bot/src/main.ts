import { connect } from '@daakia/bot-sdk'
import { order } from './bot.js'

const url = process.env.DAAKIA_URL ?? 'mqtt://127.0.0.1:1883'
const tell = (text: string) => console.error(`${order.id}: ${text}`)

const running = connect(order, {
  url,
  log: { info() {}, warn: (fields, text) => tell(`${text} ${JSON.stringify(fields)}`) },
})
running.onStatus((status) => {
  const reason = 'reason' in status && status.reason ? ` (${status.reason.message})` : ''
  tell(`${status.state}${reason}`)
  if (status.state === 'closed' && status.reason) process.exitCode = 1
})

// Finishes what it is answering, then leaves.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void running.close())
