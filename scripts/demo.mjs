import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startBackground } from './demo/background.mjs'
import { healthy } from './demo/health.mjs'
import { freePort } from './demo/ports.mjs'
import { exit } from './lib/child.mjs'
import { root } from './lib/root.mjs'
import { setup } from './lib/setup.mjs'

/**
 * `npm run demo [-- --fresh]`: a server, the example bot, and a chat with it in this terminal. Only the transcript goes
 * to standard output.
 */

const data = join(root, '.daakia')
const daakia = join(root, 'packages/cli/dist/daakia.js')
const bot = join(root, 'examples/order/dist/main.js')

/** @type {import('./demo/background.mjs').Background[]} */
const running = []
try {
  const { values } = parseArgs({ options: { fresh: { type: 'boolean' } } })
  await setup()
  if (values.fresh) rmSync(data, { recursive: true, force: true })
  process.exitCode = await demo()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  await Promise.all(running.map((background) => background.stop()))
}

async function demo() {
  const mqttPort = await freePort(1883)
  const httpPort = await freePort(8080)
  const url = `mqtt://127.0.0.1:${mqttPort}`
  const serve = [
    'serve',
    '--dev',
    '--mqtt-port',
    `${mqttPort}`,
    '--http-port',
    `${httpPort}`,
    '--data',
    join(data, 'data'),
  ]
  const server = start('server', [daakia, ...serve])
  await Promise.race([healthy(httpPort), server.failure])
  const order = start('bot', [bot], { DAAKIA_URL: url })
  console.error(`The server listens at ${url}. Its log and the bot's are in ${join(data, 'logs')}.`)
  return Promise.race([chat(url), server.failure, order.failure])
}

/**
 * @param {string} name
 * @param {readonly string[]} command
 * @param {NodeJS.ProcessEnv} [env]
 */
function start(name, command, env) {
  const background = startBackground(name, command, {
    log: join(data, `logs/${name}.log`),
    env: { ...process.env, ...env },
  })
  running.push(background)
  return background
}

/**
 * @param {string} url
 * @returns {Promise<number>} the status of the chat
 */
async function chat(url) {
  const child = spawn(process.execPath, [daakia, 'chat', '--as', 'ana', '--to', 'order-bot', '--url', url], {
    stdio: 'inherit',
  })
  running.push({ name: 'chat', failure: new Promise(() => {}), stop: async () => void child.kill() })
  process.on('SIGINT', () => {}) // the terminal tells the chat too, and when the chat ends, so does this
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill(signal))
  const status = await exit(child)
  return typeof status === 'number' ? status : 1
}
