import type { ConversationInfo, History } from '@daakia/protocol'
import { expect, test } from 'vitest'
import type { Client } from '../support/client.js'
import { memoryArchive } from '../support/memory-archive.js'
import { TestServer, type TestServerOptions } from '../support/server.js'

const minute = 60_000
const day = 24 * 60 * minute

const open = async (options: TestServerOptions = {}) => {
  const store = memoryArchive()
  const server = await TestServer.open({
    ...{ sysIntervalSeconds: 0, archive: { store, afterSeconds: 3_600 } },
    ...options,
  })
  return { server, store, ana: await server.person('ana') }
}

const sayAll = async (client: Client, to: string, texts: readonly string[]): Promise<void> => {
  for (const text of texts) await client.say(to, text)
}

/** Lets time pass, and what falls due meanwhile be done. */
const pass = async (server: TestServer, ms: number): Promise<void> => {
  await server.rest()
  server.clock.advance(ms)
  await server.rest()
}

const read = async (client: Client, params: object = {}) => {
  const answer = await client.call('history/read', { conversation: 'ana~ben', ...params })
  if ('error' in answer) return answer.error
  const { messages, first } = answer.result as History
  return { texts: messages.map(({ payload }) => payload), first }
}

const files = (store: ReturnType<typeof memoryArchive>) =>
  [...store.files.keys()].filter((name) => name.endsWith('.gz'))

test('a server moves what is old enough when a day was waited for more, and members read it', async () => {
  const { server, store, ana } = await open()
  await sayAll(ana, 'daak/to/ben', ['one', 'two'])
  await pass(server, 2 * 60 * minute)
  expect(files(store)).toEqual([])
  await pass(server, day)
  expect(files(store)).toEqual(['dev/ana~ben/000000000001-000000000002.jsonl.gz'])
  const again = await server.person('ana')
  await again.say('daak/to/ben', 'three')
  expect(await read(again)).toEqual({ texts: ['one', 'two', 'three'], first: 1 })
  expect(await read(again, { limit: 1, before: 3 })).toEqual({ texts: ['two'], first: 1 })
  const info = await again.call('conversations/get', { id: 'ana~ben' })
  expect('result' in info && (info.result as ConversationInfo)).toMatchObject({ first: 1, head: 3 })
  expect(await read(await server.person('eve'))).toMatchObject({ code: -32001 })
})

test('a server moves as many as fill a file at once', async () => {
  const { server, store, ana } = await open()
  await sayAll(
    ana,
    'daak/to/ben',
    Array.from({ length: 501 }, (_, at) => `${at}`),
  )
  await pass(server, 60 * minute + 2 * minute)
  expect(files(store)).toEqual(['dev/ana~ben/000000000001-000000000500.jsonl.gz'])
})

test('a caller is told when the archive is away, and hears nothing of its place', async () => {
  const { server, store, ana } = await open()
  await sayAll(ana, 'daak/to/ben', ['one', 'two'])
  await pass(server, 2 * day)
  const again = await server.person('ana')
  const get = store.get
  store.get = () => Promise.reject(new Error('EIO, /mnt/secret'))
  const away = 'Older messages are in an archive that can not be read for now: try again later'
  expect(await read(again)).toEqual({ code: -32014, message: away })
  store.get = get
  expect(await read(again)).toEqual({ texts: ['one', 'two'], first: 1 })
})

test('an archive that is away keeps nothing else from being done, and is tried again', async () => {
  const { server, store, ana } = await open({ retention: { vendors: { other: { maximumAgeSeconds: 60 } } } })
  const put = store.put
  store.put = () => Promise.reject(new Error('EIO'))
  await sayAll(ana, 'daak/to/ben', ['one'])
  await pass(server, 2 * day)
  expect(files(store)).toEqual([])
  store.put = put
  expect(await read(await server.person('ana'))).toEqual({ texts: ['one'], first: 1 })
  await pass(server, 2 * minute)
  expect(files(store)).toHaveLength(1)
})

test('retention removes messages from the archive too, file by file, for ever', async () => {
  const { server, store, ana } = await open({ retention: { maximumAgeSeconds: 7 * 24 * 3_600 } })
  await sayAll(ana, 'daak/to/ben', ['one', 'two'])
  await pass(server, 3 * day)
  await sayAll(await server.person('ana'), 'daak/to/ben', ['three'])
  await pass(server, 3 * day)
  expect(files(store)).toHaveLength(2)
  const remove = store.remove
  store.remove = () => Promise.reject(new Error('EIO'))
  await pass(server, 2 * day)
  expect(files(store)).toHaveLength(2)
  expect(await read(await server.person('ana'))).toEqual({ texts: ['three'], first: 3 })
  store.remove = remove
  await pass(server, 2 * minute)
  expect(files(store)).toEqual(['dev/ana~ben/000000000003-000000000003.jsonl.gz'])
  await pass(server, 3 * day)
  expect(files(store)).toEqual([])
  expect(await read(await server.person('ana'))).toEqual({ texts: [], first: 4 })
})
