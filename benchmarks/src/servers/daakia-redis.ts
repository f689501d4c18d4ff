import { createServer } from '@daakia/server'

const [url, prefix, partitions] = process.argv.slice(2)
if (!url || !prefix || !partitions || !process.send)
  throw new Error('usage: daakia-redis.js URL PREFIX PARTITIONS, started with an IPC channel')

const redis = { url, prefix, partitions: Number(partitions) }
const server = createServer({ dev: true, storage: { redis }, listen: { host: '127.0.0.1', mqttPort: 0 } })
const { mqttPort } = await server.start()
process.send({ port: mqttPort })

process.once('SIGTERM', async () => {
  await server.close()
  process.exit(0)
})
