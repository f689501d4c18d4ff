import { bot, connect, type Heard, type Said, say } from '@daakia/bot-sdk'
import { setup } from 'xstate'

const machine = setup({ types: {} as { events: Heard; emitted: Said } }).createMachine({
  id: 'bench',
  initial: 'listening',
  states: { listening: { entry: say('hi'), on: { message: { actions: say('hi') } } } },
})

const running = connect(bot({ id: 'bench-bot', version: 1, machine }), {
  url: process.env.DAAKIA_URL ?? 'mqtt://127.0.0.1:1883',
  capacity: 1000,
})
await running.ready
process.send?.('ready')
