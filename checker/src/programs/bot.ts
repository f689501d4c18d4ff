import { connect } from '@daakia/bot-sdk'
import { mqttTransport } from '@daakia/client-sdk'
import { counting } from './counting-bot.js'
import type { BotReport } from './orders.js'

const [id = '', url = ''] = process.argv.slice(2)
const tell = (level: string) => (fields: object, message: string) =>
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), level, message, ...fields })}\n`)

const running = connect(counting(id), {
  // A dead connection has to be noticed within the run.
  transport: mqttTransport({ url, client: id, keepAliveSeconds: 1, connectTimeoutMs: 1_000 }),
  log: { info: () => {}, warn: tell('warn') },
})
running.onStatus((status) => {
  if (status.state === 'closed') tell('error')({ reason: status.reason?.message }, 'It is connected no more')
  else if (status.state === 'offline') tell('info')({ reason: status.reason.message }, 'It is offline')
})
process.once('disconnect', () => process.exit(0))
await running.ready
process.send?.({ ready: true } satisfies BotReport)
