import { connect } from '@daakia/bot-sdk'
import { benchBot } from '../turns/parts/conversation.js'

const running = connect(benchBot, { url: process.env.DAAKIA_URL ?? 'mqtt://127.0.0.1:1883', capacity: 1000 })
await running.ready
process.send?.('ready')
process.once('SIGTERM', async () => {
  await running.close()
  process.exit(0)
})
