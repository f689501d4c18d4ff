import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createServer } from '@daakia/server'
import { build } from 'esbuild'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

/** What the page knows the package as. */
declare const daakia: typeof import('../../src/index.js')

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const cleanUps: (() => Promise<unknown>)[] = []
const cleanUp = async () => {
  for (const each of cleanUps.splice(0).reverse()) await each()
}

let bundle: string
let browser: Browser
beforeAll(async () => {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['packages/client-sdk/src/index.ts'],
    tsconfig: 'tsconfig.json',
    bundle: true,
    format: 'iife',
    globalName: 'daakia',
    platform: 'browser',
    write: false,
  })
  bundle = outputFiles[0]?.text ?? ''
  const args = ['--disable-background-networking', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])]
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args })
})
afterAll(() => browser?.close())
afterEach(cleanUp)

/** A page that has loaded the package, on a site of its own. */
const openPage = async (): Promise<{ page: Page; origin: string }> => {
  const site = createHttpServer(({ url }, response) => {
    response.setHeader('content-type', url === '/daakia.js' ? 'text/javascript' : 'text/html')
    response.end(url === '/daakia.js' ? bundle : '<!doctype html><script src="/daakia.js"></script>')
  })
  site.listen(0, '127.0.0.1')
  await once(site, 'listening')
  cleanUps.push(async () => site.close())
  const origin = `http://127.0.0.1:${(site.address() as { port: number }).port}`
  const page = await browser.newPage()
  cleanUps.push(() => page.close())
  await page.goto(origin)
  return { page, origin }
}

const serve = async (origin: string): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'daakia-browser-'))
  const listen = { httpPort: 0, origins: [origin] }
  const server = createServer({ dev: true, storage: { folder }, listen })
  const { httpPort } = await server.start()
  cleanUps.push(async () => {
    await server.close()
    await rm(folder, { recursive: true })
  })
  return `ws://127.0.0.1:${httpPort}/mqtt`
}

test('in a browser, what is sent is heard, whatever its size', async () => {
  const { page, origin } = await openPage()
  const url = await serve(origin)
  const heard = await page.evaluate(async (url) => {
    const ana = daakia.createClient({ url, identity: 'ana' })
    const ben = daakia.createClient({ url, identity: 'ben' })
    await ben.online()
    const answers = new Promise<string[]>((resolve) => {
      const texts: string[] = []
      ben.onMessage(({ text = '' }) => texts.push(text) === 2 && resolve(texts))
    })
    await ana.to('ben').send('two large pizzas 🍕')
    await ana.to('ben').send('x'.repeat(100_000))
    const texts = await answers
    await ana.close()
    await ben.close()
    return texts
  }, url)
  expect(heard).toEqual(['two large pizzas 🍕', 'x'.repeat(100_000)])
})

test('in a browser, a server that is not there is told of', async () => {
  const { page } = await openPage()
  const reason = await page.evaluate(async () => {
    const client = daakia.createClient({ url: 'ws://127.0.0.1:1/mqtt', identity: 'ana' })
    const reason = await new Promise<string>((resolve) => {
      client.onStatus((status) => status.state === 'offline' && resolve(status.reason.message))
    })
    await client.close({ giveUpAfterMs: 0 })
    return reason
  })
  expect(reason).toBe(
    'No connection to ws://127.0.0.1:1/mqtt: the WebSocket failed; the console of the browser may say why',
  )
})

test('in a browser, the url of a TCP port is refused with what to do', async () => {
  const { page } = await openPage()
  const error = await page.evaluate(() => {
    try {
      daakia.createClient({ url: 'mqtt://127.0.0.1:1883', identity: 'ana' })
    } catch (error) {
      return String(error)
    }
    return ''
  })
  expect(error).toMatch(
    /^RangeError: "mqtt:\/\/127\.0\.0\.1:1883" can't be reached from here: .* ws:\/\/host:8080\/mqtt/,
  )
})
