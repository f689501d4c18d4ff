import { request } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createServer, memoryKeyValue, type ServerOptions, StorageError } from '../../src/index.js'
import { ManualClock } from '../support/manual-clock.js'
import { Peer } from '../support/peer.js'
import { withWrite } from '../support/with-write.js'

const start = async (options: Partial<ServerOptions> = {}) => {
  const server = createServer({
    dev: true,
    storage: memoryKeyValue(),
    ...options,
    listen: { httpPort: 0, ...options.listen },
  })
  onTestFinished(() => server.close())
  const { httpPort } = await server.start()
  return { server, url: `http://127.0.0.1:${httpPort}` }
}

const read = async (url: string, headers: Record<string, string> = {}) => {
  const response = await fetch(url, { headers })
  return { status: response.status, text: await response.text(), type: response.headers.get('content-type') }
}

/** With a Host of one's own, which `fetch` does not send. */
const statusWithHost = (url: string, host: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end()
  })

describe('/metrics', () => {
  it('tells what there is and what has happened, as Prometheus reads it', async () => {
    const { url } = await start()
    const { status, text, type } = await read(`${url}/metrics`)
    expect(status).toBe(200)
    expect(type).toMatch(/^text\/plain; version=0\.0\.4/)
    expect(text).toMatch(/^daakia_info\{version="\d+\.\d+\.\d+"\} 1$/m)
    expect(text).toMatch(/^daakia_connects_total 0$/m)
    expect(text).toMatch(/^nodejs_eventloop_lag_seconds /m)
    for (const line of text.split('\n')) expect(line).toMatch(/^($|# (HELP|TYPE) |[a-z_\d]+(\{[^}]*\})? \S+$)/)
  })

  it('names each vendor by a label', async () => {
    const { server, url } = await start()
    const ana = new Peer(server.connect())
    await ana.connect({ clientId: 'a', username: 'ana' })
    expect((await read(`${url}/metrics`)).text).toMatch(/^daakia_connections\{vendor="dev"\} 1$/m)
  })

  it('is for who shows the token, where there is one', async () => {
    const { url } = await start({ listen: { metricsToken: 'sesame' } })
    expect((await read(`${url}/metrics`)).status).toBe(401)
    for (const authorization of ['Bearer', 'Bearer sesam', 'Basic sesame', 'Bearer sesame2'])
      expect((await read(`${url}/metrics`, { authorization })).status).toBe(401)
    expect((await read(`${url}/metrics`, { authorization: 'Bearer sesame' })).status).toBe(200)
  })

  it('is for this machine alone where there is no token, and for no page elsewhere', async () => {
    const { url } = await start()
    const { port } = new URL(url)
    expect(await statusWithHost(`${url}/metrics`, `localhost:${port}`)).toBe(200)
    expect(await statusWithHost(`${url}/metrics`, `evil.example:${port}`)).toBe(403)
  })
})

describe('/readyz', () => {
  it('is there while the storage takes writes, and says why it is not', async () => {
    const storage = memoryKeyValue()
    let full = false
    const write: typeof storage.write = (work, flushed) =>
      full ? Promise.reject(new StorageError('full', 'There is no room on the disk.')) : storage.write(work, flushed)
    const clock = new ManualClock()
    const { url } = await start({
      clock,
      storage: withWrite(storage, write),
    })
    expect(await read(`${url}/readyz`)).toMatchObject({ status: 200, text: 'ok\n' })
    full = true
    clock.advance(1_000)
    expect(await read(`${url}/readyz`)).toMatchObject({ status: 503, text: 'There is no room on the disk.\n' })
    full = false
    clock.advance(1_000)
    expect(await read(`${url}/readyz`)).toMatchObject({ status: 200 })
  })
})
