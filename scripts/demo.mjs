import { readdirSync, rmSync } from 'node:fs'
import { constants } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { failure, startBackground, startForeground } from './demo/background.mjs'
import { healthy, online } from './demo/health.mjs'
import { freePort } from './demo/ports.mjs'
import { root } from './lib/root.mjs'
import { setup } from './lib/setup.mjs'

/**
 * `npm run demo [-- --bot name] [-- --fresh] [-- --data folder]`: a server, an example's bot, and a chat with it in this
 * terminal. Only the transcript goes to standard output.
 */

const daakia = join(root, 'packages/cli/dist/daakia.js')
const examples = readdirSync(join(root, 'examples'))

/** @type {import('./demo/background.mjs').Running[]} */
const running = []
try {
  const { bot, ...where } = options()
  const data = prepareData(where)
  await setup()
  process.exitCode = await Promise.race([demo(bot, data), interrupted()])
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  await Promise.all(running.map((one) => one.stop()))
}

/**
 * @param {{ data: string, fresh?: boolean | undefined }} where
 * @returns {string} the folder that the demo keeps everything in
 */
function prepareData({ data: folder, fresh }) {
  const data = resolve(root, folder)
  // Only what a demo has put there: the folder may be anybody's.
  if (fresh) for (const name of ['data', 'logs']) rmSync(join(data, name), { recursive: true, force: true })
  return data
}

function options() {
  const takes = 'It takes: npm run demo [-- --bot name] [-- --fresh] [-- --data folder]'
  try {
    const { values } = parseArgs({
      options: {
        bot: { type: 'string', default: 'order' },
        fresh: { type: 'boolean' },
        data: { type: 'string', default: '.daakia' },
      },
    })
    if (examples.includes(values.bot)) return values
    throw new Error(`There is no example "${values.bot}", but ${examples.join(' and ')}`)
  } catch (error) {
    const reason = error instanceof Error ? error.message : error
    throw new Error(`${reason}. ${takes}`)
  }
}

/**
 * @param {string} example
 * @param {string} data
 * @returns {Promise<number>} the status of the chat
 */
async function demo(example, data) {
  const [mqttPort, httpPort] = [await freePort(1883), await freePort(8080)]
  const url = `mqtt://127.0.0.1:${mqttPort}`
  const ports = ['--mqtt-port', `${mqttPort}`, '--http-port', `${httpPort}`]
  const server = start('server', [daakia, 'serve', '--dev', ...ports, '--data', join(data, 'data')], data)
  await Promise.race([healthy(httpPort), server.failure])
  const bot = start('bot', [join(root, 'examples', example, 'dist/main.js')], data, { DAAKIA_URL: url })
  // A chat that came first would ask whether the bot is running at all.
  await Promise.race([online(bot.log), server.failure, bot.failure])
  console.error(`The server listens at ${url}; its log and the bot's are in ${join(data, 'logs')}.`)
  return Promise.race([chat(url, `${example}-bot`), server.failure, bot.failure])
}

/**
 * @param {string} name
 * @param {readonly string[]} command
 * @param {string} data
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {{ log: string, failure: Promise<never> }} its failure rejects when it ends
 */
function start(name, command, data, env) {
  const log = join(data, 'logs', `${name}.log`)
  const background = startBackground(command, { log, env: { ...process.env, ...env } })
  running.push(background)
  const failed = failure(name, background, log)
  failed.catch(() => {}) // it ends in due course when the demo is over
  return { log, failure: failed }
}

/**
 * @param {string} url
 * @param {string} bot
 */
async function chat(url, bot) {
  const foreground = startForeground([daakia, 'chat', '--as', 'ana', '--to', bot, '--url', url])
  running.push(foreground)
  const status = await foreground.ended
  return typeof status === 'number' ? status : 1
}

/**
 * Resolves when this process is asked to leave, with the status that shells give for it.
 *
 * @returns {Promise<number>}
 */
function interrupted() {
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])
  return new Promise((resolve) => {
    for (const signal of signals) process.once(signal, () => resolve(128 + constants.signals[signal]))
  })
}
