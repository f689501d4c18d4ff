import { setTimeout as sleep } from 'node:timers/promises'
import { createServer, type LogFields, RedisError, StorageError } from '@daakia/server'
import type { ServerOrder, ServerReport, ServerTerms, SetbackReport } from './orders.js'
import { SteppingClock } from './stepping-clock.js'

const { storage, clockOffsetMs, leaseMs } = JSON.parse(process.argv[2] ?? '') as ServerTerms
const clock = new SteppingClock(clockOffsetMs)
const tell = (level: string) => (fields: LogFields, message: string) =>
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), level, message, ...fields })}\n`)

const report = (message: ServerReport) => process.send?.(message)
const tellError = (fields: LogFields, message: string) => {
  tell('error')(fields, message)
  if (message === 'Redis has less than it had') report({ setback: fields as SetbackReport['setback'] })
}

const create = () =>
  createServer({
    dev: true,
    storage,
    listen: { host: '127.0.0.1', mqttPort: 0 },
    leases: { durationMs: leaseMs, longestMs: 20_000 },
    // What fails is to be given up within the run.
    retries: { firstMs: 100 },
    // A short drop is one of less than this, and what lasts longer has to show within the run.
    limits: { presenceGraceMs: 1_000 },
    clock,
    log: { info: () => {}, warn: tell('warn'), error: tellError },
  })

const betweenTriesMs = 200

/** As whoever supervises it starts it again, where its Redis is away. */
const started = async () => {
  for (;;) {
    const server = create()
    try {
      return { server, ports: await server.start() }
    } catch (error) {
      const isRedis = error instanceof RedisError || error instanceof StorageError
      if (!isRedis || (error.reason !== 'away' && error.reason !== 'unsure')) throw error
      tell('warn')({ problem: (error as Error).message }, 'It could not be started, and is tried again')
      await sleep(betweenTriesMs)
    }
  }
}

const starting = started()
process.on('message', async (order: ServerOrder) => {
  if ('clockOffsetMs' in order) clock.offsetMs = order.clockOffsetMs
  else {
    await (await starting).server.rest()
    report({ rested: order.rest })
  }
})
process.once('disconnect', () => process.exit(0))

const { mqttPort } = (await starting).ports
if (mqttPort !== undefined) report({ port: mqttPort })
