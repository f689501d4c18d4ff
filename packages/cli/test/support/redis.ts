import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll } from 'vitest'

/** Gives the tests of a file a Redis: a server of their own, which keeps nothing, or the one that `DAAKIA_TEST_REDIS` names. */
export const testRedis = (): { readonly url: string } => {
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
  return found
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
