import { connect } from '@daakia/bot-sdk'
import { greeter } from './bot.js'

const url = process.env.DAAKIA_URL ?? 'mqtt://127.0.0.1:1883'
const log = { info: () => {}, warn: (fields: object, message: string) => console.error(message, fields) }
const running = connect(greeter, { url, log })
running.onStatus((status) => {
  const reason = 'reason' in status && status.reason ? `: ${status.reason.message}` : ''
  if (status.state !== 'connecting') console.log(`${status.state}${reason}`)
  if (status.state === 'closed' && status.reason) process.exitCode = 1
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => running.close())
}
