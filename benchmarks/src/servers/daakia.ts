import { createServer } from '@daakia/server'
import { collectWhenAsked } from './collect.js'

const [folder, certFile, keyFile] = process.argv.slice(2)
if (!folder || !process.send) throw new Error('usage: daakia.js FOLDER [CERTIFICATE KEY], started with an IPC channel')

const tls = certFile && keyFile ? { mqttsPort: 0, tls: { certFile, keyFile } } : {}
const listen = { host: '127.0.0.1', mqttPort: 0, ...tls }
const server = createServer({ dev: true, storage: { folder }, listen })
const ports: { mqttPort?: number; mqttsPort?: number } = await server.start()
process.send({ port: ports.mqttPort, securePort: ports.mqttsPort })

collectWhenAsked()
process.once('SIGTERM', async () => {
  await server.close()
  process.exit(0)
})
