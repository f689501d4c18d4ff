import { readFileSync } from 'node:fs'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createServer } from '../../src/index.js'
import { Client } from '../support/client.js'
import { connectTo } from '../support/doors.js'
import { onDisk } from '../support/storage.js'

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')

test('the page about sharing work shows the worker as it runs here', () => {
  expect(read('../../../../docs/how-to/share-work.md')).toContain(`\`\`\`ts\n${read('share-work-worker.ts')}\`\`\``)
})

test('the workers of the page share the work, and try again what failed', async () => {
  const storage = await onDisk()
  onTestFinished(() => storage.remove())
  const server = createServer({
    dev: true,
    storage: storage.keyValue,
    listen: { mqttPort: 0 },
    retries: { firstMs: 10, longestMs: 20 },
  })
  onTestFinished(() => server.close())
  const { mqttPort = 0 } = await server.start()
  vi.stubEnv('DAAKIA_URL', `mqtt://127.0.0.1:${mqttPort}`)
  const { startWorker } = await import('./share-work-worker.js')

  const handled: string[] = []
  let all = () => {}
  const done = new Promise<void>((resolve) => {
    all = resolve
  })
  const failedOnce = new Set<string>()
  const handle = async (text: string) => {
    if (text.endsWith('2') && !failedOnce.has(text)) {
      failedOnce.add(text)
      throw new Error('not this time')
    }
    handled.push(text)
    if (handled.length === 9) all()
  }
  const workers = [startWorker(handle), startWorker(handle)]
  onTestFinished(() => Promise.all(workers.map((worker) => worker.endAsync(true))).then(() => {}))
  await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('packetreceive', resolve))))
  const people = await Promise.all(
    ['ana', 'ben', 'cem'].map(async (name) => Client.connect(await connectTo(mqttPort), name)),
  )
  for (const number of [1, 2, 3])
    for (const person of people) await person.say('daak/to/desk', `${person.name} ${number}`)
  await done
  for (const { name } of people)
    expect(handled.filter((text) => text.startsWith(name))).toEqual([1, 2, 3].map((number) => `${name} ${number}`))
})
