import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { runnerOf, YesServer } from './parts/bot-side.js'

const conversations = 2_000
/** What the first turn of a conversation leaves behind would still be there after the second. */
const turnsOfEach = 3

/** Bytes of memory that a conversation takes from its turn to its next one. */
export const bytesOfHotRun = async (): Promise<number> => {
  const server = new YesServer()
  const runner = runnerOf(server, conversations)
  // What the server keeps is there before, so that only what the bot keeps is counted.
  const passing = runnerOf(server, 0)
  await turnOfEach(server, passing)
  const before = await bytesInUse()
  for (let turn = 0; turn < turnsOfEach; turn++) await turnOfEach(server, runner)
  const after = await bytesInUse()
  await runner.close({ graceMs: 0 })
  return (after - before) / conversations
}

const turnOfEach = async (server: YesServer, runner: ReturnType<typeof runnerOf>): Promise<void> => {
  for (let index = 0; index < conversations; index++) server.lease(runner, `${index}~bench-bot`)
  await setImmediate()
}

const bytesInUse = async (): Promise<number> => {
  for (let round = 0; round < 4; round++) {
    collectGarbage()
    await setImmediate()
  }
  return process.memoryUsage().heapUsed
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void
