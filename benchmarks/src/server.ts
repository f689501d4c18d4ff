import { createServer } from '@daakia/server'

const folder = process.argv[2]
if (!folder || !process.send) throw new Error('usage: server.js FOLDER, started with an IPC channel')
const server = createServer({ dev: true, storage: { folder }, listen: { host: '127.0.0.1', mqttPort: 0 } })
const { mqttPort } = await server.start()
process.send({ mqttPort })
process.once('SIGTERM', async () => {
  await server.close()
  process.exit(0)
})
