import { createServer, type LogFields } from '@daakia/server'
import type { ServerOrder, ServerReport } from './orders.js'
import { SteppingClock } from './stepping-clock.js'

const [folder = '', offsetMs = '0', leaseMs = '1500'] = process.argv.slice(2)
const clock = new SteppingClock(Number(offsetMs))
const tell = (level: string) => (fields: LogFields, message: string) =>
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), level, message, ...fields })}\n`)

const server = createServer({
  dev: true,
  storage: { folder },
  listen: { host: '127.0.0.1', mqttPort: 0 },
  leases: { durationMs: Number(leaseMs), longestMs: 20_000 },
  // What fails is to be given up within the run.
  retries: { firstMs: 100 },
  // A short drop is one of less than this, and what lasts longer has to show within the run.
  limits: { presenceGraceMs: 1_000 },
  clock,
  log: { info: () => {}, warn: tell('warn'), error: tell('error') },
})

const report = (message: ServerReport) => process.send?.(message)

process.on('message', (order: ServerOrder) => {
  if ('clockOffsetMs' in order) clock.offsetMs = order.clockOffsetMs
  else void server.rest().then(() => report({ rested: order.rest }))
})
process.once('disconnect', () => process.exit(0))

const { mqttPort } = await server.start()
if (mqttPort !== undefined) report({ port: mqttPort })
