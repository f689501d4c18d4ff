import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatTable, type Measurement } from './measure.js'
import { canPin, firstMessage, pinSelf, startNode, stop } from './processes.js'
import { conversationMessages } from './scenarios/conversations.js'
import { qos0Pairs } from './scenarios/qos0-pairs.js'
import { qos1Pairs } from './scenarios/qos1-pairs.js'
import { turnLatency, turnRate } from './scenarios/turns.js'

const script = (name: string) => new URL(`./${name}.js`, import.meta.url).pathname
const say = (text: string) => process.stderr.write(`${text}\n`)

/** Runs `measure` against a server with an empty data folder. */
const againstServer = async (core: number | undefined, measure: (port: number) => Promise<Measurement[]>) => {
  const folder = await mkdtemp(join(tmpdir(), 'daakia-bench-'))
  const server = startNode([script('server'), folder], core === undefined ? {} : { core })
  try {
    const { mqttPort } = await firstMessage<{ mqttPort: number }>(server)
    return await measure(mqttPort)
  } finally {
    await stop(server)
    await rm(folder, { recursive: true, force: true })
  }
}

const withBot = async (port: number, core: number | undefined, measure: () => Promise<Measurement[]>) => {
  const env = { DAAKIA_URL: `mqtt://127.0.0.1:${port}` }
  const bot = startNode([script('bot')], core === undefined ? { env } : { core, env })
  try {
    await firstMessage(bot)
    return await measure()
  } finally {
    await stop(bot)
  }
}

const [serverCore, loadCore] = canPin() ? [0, 1] : [undefined, undefined]
if (loadCore !== undefined) pinSelf(loadCore)
say(loadCore === undefined ? 'Processes share the cores.' : 'Server on core 0; load and bot on core 1.')

const steps: readonly ((port: number) => Promise<Measurement[]>)[] = [
  async (port) => [await qos0Pairs(port)],
  async (port) => [await qos1Pairs(port)],
  async (port) => [await conversationMessages(port)],
  (port) => withBot(port, loadCore, async () => [await turnRate(port)]),
  (port) => withBot(port, loadCore, () => turnLatency(port)),
]

const rows: Measurement[] = []
for (const [index, step] of steps.entries()) {
  say(`Measuring ${index + 1} of ${steps.length} …`)
  rows.push(...(await againstServer(serverCore, step)))
}
process.stdout.write(`${formatTable(rows)}\n`)
