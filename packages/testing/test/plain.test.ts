import { ask, bot, connect, type Heard, type Said, say } from '@daakia/bot-sdk'
import { createServer, memoryKeyValue } from '@daakia/server'
import { connectAsync, type MqttClient } from 'mqtt'
import { expect, onTestFinished, test } from 'vitest'
import { setup } from 'xstate'
import * as z from 'zod/mini'
import { ConversationFailure, harness } from '../src/index.js'

/** Offers sizes, and takes an answer by its number or in words. */
const sizer = bot({
  id: 'sizer',
  version: 1,
  machine: setup({
    types: {} as { events: Heard; emitted: Said },
    actors: { size: ask({ say: 'Which size?', schema: z.enum(['small', 'large']) }) },
  }).createMachine({
    id: 'sizer',
    initial: 'asking',
    states: {
      asking: {
        invoke: { src: 'size', onDone: { target: 'done', actions: say(({ event }) => `One ${event.output}.`) } },
      },
      done: {},
    },
  }),
})

/** What a client hears, one after the other. */
const hearing = (client: MqttClient) => {
  const heard: string[] = []
  const waiting: ((text: string) => void)[] = []
  client.on('message', (_, payload) => {
    const text = payload.toString()
    const next = waiting.shift()
    if (next) next(text)
    else heard.push(text)
  })
  return async () => heard.shift() ?? new Promise<string>((resolve) => waiting.push(resolve))
}

test('a client of MQTT 3.1.1 reads choices as a list with numbers, answers 2, and is understood', async () => {
  const server = createServer({ dev: true, storage: memoryKeyValue(), listen: { mqttPort: 0 } })
  const url = `mqtt://127.0.0.1:${(await server.start()).mqttPort}`
  const running = connect(sizer, { url })
  const ana = await connectAsync(url, { protocolVersion: 4, username: 'ana', clientId: 'old' })
  onTestFinished(async () => {
    await Promise.all([running.close(), ana.endAsync()])
    await server.close()
  })
  const next = hearing(ana)
  await Promise.all([running.ready, ana.subscribeAsync('daak/from/sizer', { qos: 1 })])
  await ana.publishAsync('daak/to/sizer', 'hello', { qos: 1 })
  expect(await next()).toBe('Which size?\n1. small\n2. large')
  await ana.publishAsync('daak/to/sizer', '2', { qos: 1 })
  expect(await next()).toBe('One large.')
})

const asked = async () => {
  const chat = await harness({ bot: sizer })
  const ana = chat.user('ana')
  await ana.says('hello')
  return { chat, ana }
}

test.each([['Which size?'], ['Which size?\n1. small\n2. large'], [/2\. large/]])(
  'choices are heard as %j',
  async (expected) => {
    const { chat, ana } = await asked()
    expect((await ana.toHear(expected)).type).toBe('choices')
    await chat.close()
  },
)

test('a failure shows choices as text, in its transcript as well, a line below the other', async () => {
  const { chat, ana } = await asked()
  const failure = await ana.toHear('Which colour?').catch((error) => error)
  expect(failure).toBeInstanceOf(ConversationFailure)
  expect(failure.actual).toBe('Which size?\n1. small\n2. large')
  expect(failure.message).toContain(`  0s  sizer< Which size?
             1. small
             2. large   <- not heard by ana
`)
  await chat.close()
})
