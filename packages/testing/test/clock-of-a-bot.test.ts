import { bot, connect, type Heard, type Said, say } from '@daakia/bot-sdk'
import { createClient, type Message } from '@daakia/client-sdk'
import { type Clock, systemClock } from '@daakia/protocol'
import { createServer, memoryKeyValue } from '@daakia/server'
import { expect, test } from 'vitest'
import { setup } from 'xstate'

const soonMs = 100
const years = 365 * 86_400_000 * 5

const machine = setup({ types: {} as { events: Heard; emitted: Said }, delays: { soon: soonMs } }).createMachine({
  id: 'reminding',
  initial: 'waiting',
  states: { waiting: { after: { soon: { actions: say('It is time.') } } } },
})

const clockThatIs = (offByMs: number): Clock => ({
  now: () => systemClock.now() + offByMs,
  after: (delayMs, run) => systemClock.after(delayMs, run),
})

test.each([
  ['ahead', years],
  ['behind', -years],
])('a bot whose clock is years %s reminds by the clock of the server', async (_, offByMs) => {
  const server = createServer({ dev: true, storage: memoryKeyValue(), listen: { mqttPort: 0 } })
  const url = `mqtt://127.0.0.1:${(await server.start()).mqttPort}`
  const running = connect(bot({ id: 'reminding-bot', version: 1, machine }), { url, clock: clockThatIs(offByMs) })
  const ana = createClient({ url, identity: 'ana' })
  await Promise.all([running.ready, ana.online()])
  const messages = ana.messages()
  const { at } = await ana.to('reminding-bot').send('hi')
  const reminder = await fromBot(messages)
  expect(reminder.at - at).toBeGreaterThanOrEqual(soonMs)
  await Promise.all([running.close(), ana.close()])
  await server.close()
})

const fromBot = async (messages: AsyncIterableIterator<Message>): Promise<Message> => {
  for await (const message of messages) if (message.from === 'reminding-bot') return message
  throw new Error('The client was closed')
}
