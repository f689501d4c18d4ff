import { connect } from '@daakia/bot-sdk'
import { greeter } from './bot.js'

const url = process.env.DAAKIA_URL ?? 'mqtt://127.0.0.1:1883'
const connection = connect(greeter, { url })

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => connection.close())
}
