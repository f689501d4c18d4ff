import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { root } from './command.js'
import { freePort } from './free-port.js'
import { afterwards } from './house.js'
import type { NodePorts } from './nodes.js'
import { folderWith } from './temporary-folder.js'

/** Starts HAProxy as `deploy/haproxy.cfg` has it, before these nodes of loopback. Answers where clients connect to. */
export const startHaproxy = async (nodes: readonly NodePorts[]): Promise<string> => {
  const port = await freePort()
  const configuration = onLoopback(await readFile(join(root, 'deploy/haproxy.cfg'), 'utf8'), nodes)
    .replace('bind :1883', `bind 127.0.0.1:${port}`)
    .replace('bind :8080', `bind 127.0.0.1:${await freePort()}`)
    .replace(/maxconn \d+/, 'maxconn 1000')
  const folder = await folderWith({ 'haproxy.cfg': configuration })
  // In master-worker mode it says when it serves.
  const balancer = spawn('haproxy', ['-W', '-db', '-f', join(folder, 'haproxy.cfg')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(balancer, 'exit')
  afterwards(async () => {
    balancer.kill('SIGTERM')
    await ended
  })
  await untilItServes(balancer.stderr)
  return `mqtt://127.0.0.1:${port}`
}

/** The lines of servers, as many as there are nodes. */
const onLoopback = (configuration: string, nodes: readonly NodePorts[]): string =>
  configuration.replace(/ {2}server node-2 .*\n/g, '').replace(/ {2}server node-1 node-1:(\d+)\n/g, (_, port: string) =>
    nodes
      .map(({ mqttPort, httpPort }, i) => {
        const own = port === '1883' ? mqttPort : httpPort
        return `  server node-${i + 1} 127.0.0.1:${own} port ${httpPort}\n`
      })
      .join(''),
  )

const untilItServes = async (written: NodeJS.ReadableStream): Promise<void> => {
  const lines: string[] = []
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: written })
      .on('line', (line) => {
        lines.push(line)
        if (line.includes('Loading success')) resolve()
      })
      .once('close', () => reject(new Error(`haproxy ended: ${lines.join('\n')}`)))
  })
}
