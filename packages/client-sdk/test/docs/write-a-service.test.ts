import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from '@daakia/server'
import { expect, onTestFinished, test, vi } from 'vitest'

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')
const page = read('../../../../docs/how-to/write-a-service.md')

test.each(['orders-service.ts', 'orders-caller.ts'])('the page about services shows %s as it runs here', (file) => {
  expect(page).toContain(`\`\`\`ts\n${read(file)}\`\`\``)
})

test('the service of the page answers its caller', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'daakia-how-to-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const server = createServer({ dev: true, storage: { folder }, listen: { mqttPort: 0 } })
  onTestFinished(() => server.close())
  vi.stubEnv('DAAKIA_URL', `mqtt://127.0.0.1:${(await server.start()).mqttPort}`)
  const { orders } = await import('./orders-service.js')
  onTestFinished(() => orders.close())
  await orders.ready
  const { answer, client } = await import('./orders-caller.js')
  onTestFinished(() => client.close())
  expect(answer).toBe('order 7 is on its way, ana')
})
