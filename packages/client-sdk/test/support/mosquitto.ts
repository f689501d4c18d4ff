import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Debian puts servers where not everybody looks. */
const env = { ...process.env, PATH: [process.env.PATH, '/usr/sbin', '/usr/local/sbin'].join(delimiter) }

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

const answers = async (port: number): Promise<boolean> => {
  const socket = connect(port, '127.0.0.1')
  const [outcome] = await Promise.race([
    once(socket, 'connect').then(() => [true]),
    once(socket, 'error').then(() => [false]),
  ]).catch(() => [false])
  socket.destroy()
  return outcome as boolean
}

const configuration = (ports: { mqtt: number; ws: number }) => `
persistence false
log_type none
allow_anonymous true
set_tcp_nodelay true
listener ${ports.mqtt} 127.0.0.1
listener ${ports.ws} 127.0.0.1
protocol websockets
`

/** Eclipse Mosquitto on loopback, over TCP and WebSocket. */
export const startMosquitto = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'daakia-mosquitto-'))
  const ports = { mqtt: await freePort(), ws: await freePort() }
  const file = join(folder, 'mosquitto.conf')
  await writeFile(file, configuration(ports))
  const child = spawn('mosquitto', ['-c', file], { env, stdio: ['ignore', 'ignore', 'inherit'] })
  const ended = new Promise<never>((_, reject) => {
    child.once('error', () => reject(new Error('mosquitto could not be started: install the package mosquitto')))
    child.once('exit', (code) => reject(new Error(`mosquitto ended with ${code}`)))
  })
  ended.catch(() => {})
  const ready = async () => {
    for (const port of Object.values(ports)) while (!(await answers(port))) await sleep(10)
  }
  await Promise.race([ready(), ended])
  return {
    urls: { mqtt: `mqtt://127.0.0.1:${ports.mqtt}`, ws: `ws://127.0.0.1:${ports.ws}` },
    close: async () => {
      child.kill()
      await ended.catch(() => {})
      await rm(folder, { recursive: true, force: true })
    },
  }
}
