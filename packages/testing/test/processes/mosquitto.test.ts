import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Program } from './support/program.js'

const run = promisify(execFile)
const program = (path: string) => fileURLToPath(new URL(`../../../../${path}`, import.meta.url))
const daakia = program('packages/cli/dist/daakia.js')
const order = program('examples/order/dist/main.js')
const running: Program[] = []
let folder: string
let port: string

const start = (command: string, args: readonly string[], env?: Record<string, string>): Program => {
  const program = Program.start(command, args, env)
  running.push(program)
  return program
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daakia-mosquitto-'))
  const options = ['serve', '--dev', '--mqtt-port', '0', '--http-port', '0', '--data', folder]
  const server = start(process.execPath, [daakia, ...options])
  port = (await server.line(/mqtt:\/\/127\.0\.0\.1:(\d+)/))[1] as string
  start(process.execPath, [order], { DAAKIA_URL: `mqtt://127.0.0.1:${port}` })
})

afterAll(async () => {
  for (const program of running) await program.stop()
  await rm(folder, { recursive: true, force: true })
})

/** A conversation held with nothing but mosquitto_sub and mosquitto_pub. */
const joinWith = async (user: string, version: string) => {
  const account = ['-h', '127.0.0.1', '-p', port, '-V', version, '-u', user, '-q', '1']
  // Into a pipe it would print when it ends, without stdbuf.
  const subscription = ['-t', 'daak/from/order-bot', '-F', 'heard: %p', '-d']
  const ear = start('stdbuf', ['-oL', 'mosquitto_sub', ...account, ...subscription])
  await ear.line(/^Subscribed/)
  return {
    says: (text: string) => run('mosquitto_pub', [...account, '-t', 'daak/to/order-bot', '-m', text]),
    hears: (text: RegExp) => ear.line(new RegExp(`^heard: .*${text.source}`, text.flags)),
    heard: () => ear.lines.filter((line) => line.startsWith('heard: ')),
  }
}

test.each([
  { name: 'MQTT 3.1.1', version: 'mqttv311', user: 'old' },
  { name: 'MQTT 5', version: 'mqttv5', user: 'new' },
])('mosquitto_pub and mosquitto_sub order two large pizzas in $name', async ({ version, user }) => {
  const chat = await joinWith(user, version)
  await chat.says('hello')
  await chat.hears(/what would you like/i)
  await chat.says('two large pizzas')
  await chat.hears(/where to/i)
  await chat.says('12 Hill Road')
  await chat.hears(/shall I order it/i)
  await chat.says('yes')
  await chat.hears(/ordered: two large pizzas to 12 Hill Road/i)
  expect(chat.heard().filter((line) => /where to/i.test(line))).toHaveLength(1)
})
