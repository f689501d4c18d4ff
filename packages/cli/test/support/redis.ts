import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { afterAll, beforeAll } from 'vitest'
import { freePort } from './free-port.js'

export interface TestRedis {
  readonly url: string
  /** Answers what `redis-cli` does. */
  ask(...words: readonly string[]): Promise<string>
  /** How much memory it uses, and the way to limit it; 0: not at all. Only where the server is the test's own. */
  memory(): Promise<{ used: number; limit(bytes: number): Promise<void> }>
}

/** Gives the tests of a file a Redis: a server of their own, which keeps nothing, or the one that `DAAKIA_TEST_REDIS` names. */
export const testRedis = (): TestRedis => {
  const found = { url: process.env.DAAKIA_TEST_REDIS ?? '' }
  let stop: (() => Promise<unknown>) | undefined
  beforeAll(async () => {
    if (found.url !== '') return
    const port = await freePort()
    const server = spawn('redis-server', ['--bind', '127.0.0.1', '--port', String(port), '--save', ''])
    stop = () => {
      const gone = once(server, 'exit')
      server.kill('SIGKILL')
      return gone
    }
    for await (const line of createInterface(server.stdout)) if (line.includes('Ready to accept connections')) break
    server.stdout.resume()
    found.url = `redis://127.0.0.1:${port}`
  })
  afterAll(() => stop?.())
  const ask = async (...words: readonly string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)('redis-cli', ['-u', found.url, ...words])
    return stdout
  }
  return Object.assign(found, {
    ask,
    memory: async () => ({
      used: Number(/used_memory:(\d+)/.exec(await ask('info', 'memory'))?.[1]),
      limit: async (bytes: number) => void (await ask('config', 'set', 'maxmemory', `${bytes}`)),
    }),
  })
}
