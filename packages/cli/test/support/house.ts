import { bot, connect } from '@daakia/bot-sdk'
import { createServer, memoryKeyValue } from '@daakia/server'
import { onTestFinished } from 'vitest'
import { parrot } from './parrot.js'

/** Does it after the test, the newest first. */
export const afterwards = (cleanUp: () => Promise<unknown>): void => {
  onTestFinished(async () => {
    await cleanUp()
  })
}

/** A server on a free port of loopback, in memory. */
export const startServer = async (): Promise<string> => {
  const server = createServer({ dev: true, storage: memoryKeyValue(), listen: { mqttPort: 0 } })
  afterwards(() => server.close())
  const { mqttPort } = await server.start()
  return `mqtt://127.0.0.1:${mqttPort}`
}

export const startParrot = (url: string): Promise<void> => startBot(url, parrot.id)

/** The parrot, under this name. */
export const startBot = async (url: string, id: string): Promise<void> => {
  const running = connect(bot({ id, version: 1, machine: parrot.machine }), { url })
  afterwards(() => running.close())
  await running.ready
}
