import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { type Client, createClient } from '@daakia/client-sdk'
import { expect, test } from 'vitest'
import { daakia, type Running, withCommand } from '../support/command.js'
import { afterwards } from '../support/house.js'
import { testRedis } from '../support/redis.js'
import { folderWith } from '../support/temporary-folder.js'

const redis = testRedis()
withCommand()

const serve = async (folder: string, words: readonly string[]) => {
  const running = daakia(['serve', '--dev', '--mqtt-port', '0', '--http-port', '0', ...words], { folder })
  const [url = ''] = /mqtt:\S+/.exec(await running.until(/Ctrl-C/)) ?? []
  const client = createClient({ url, identity: 'ana' })
  afterwards(() => client.close({ giveUpAfterMs: 0 }))
  return { running, client }
}

const stop = async ({ running: { child, ended }, client }: { running: Running; client: Client }) => {
  await client.close()
  child.kill('SIGTERM')
  await ended
}

const sayAll = async (client: Client, first: number, last: number) => {
  for (let n = first; n <= last; n++) await client.to('ben').send(`${n}`)
}

const read = async (client: Client) => {
  const { messages } = await client.to('ben').history({ limit: 1_000 })
  return messages.map(({ payload }) => new TextDecoder().decode(payload))
}

const texts = (count: number) => Array.from({ length: count }, (_, at) => `${at + 1}`)

/** Runs a command that has to succeed, in a folder. */
const done = async (folder: string, ...words: string[]): Promise<string> => {
  const { status, output, errors } = await daakia(words, { folder }).ended
  expect({ status, errors }).toMatchObject({ status: 0 })
  return output
}

/** A folder whose server has said so much, all but the newest two of which are in the archive `old`. */
const archivedFolder = async (messages: number): Promise<string> => {
  const folder = await folderWith()
  const house = await serve(folder, [])
  await sayAll(house.client, 1, messages)
  await stop(house)
  await done(folder, 'archive', '--to', 'old', '--keep-messages', '2')
  return folder
}

test('a server that moves to a Redis and back goes on with its archive', async () => {
  const folder = await archivedFolder(6)
  const prefix = `daakia-archive-${process.pid}:`
  const inRedis = ['--redis', redis.url, '--redis-prefix', prefix]
  await done(folder, 'migrate', '--from', '.daakia', '--to', redis.url, '--redis-prefix', prefix)
  const there = await serve(folder, [...inRedis, '--archive-folder', 'old'])
  expect(await read(there.client)).toEqual(texts(6))
  await sayAll(there.client, 7, 10)
  await done(folder, 'archive', ...inRedis, '--to', 'old', '--keep-messages', '2')
  expect(await read(there.client)).toEqual(texts(10))
  expect(await done(folder, 'verify-archive', 'old', ...inRedis)).toContain('2 files with 8 messages')
  await stop(there)

  await done(folder, 'migrate', '--from', redis.url, '--to', 'back', '--redis-prefix', prefix)
  const back = await serve(folder, ['--data', 'back', '--archive-folder', 'old'])
  expect(await read(back.client)).toEqual(texts(10))
  await stop(back)
  expect(await done(folder, 'verify-archive', 'old', '--data', 'back')).toContain('2 files with 8 messages')
})

test('a vendor moves with the folder of its name: until it is there, what is in it is refused', async () => {
  const folder = await archivedFolder(6)
  // The other server has an archive of its own, with another conversation in it.
  const other = await folderWith()
  const before = await serve(other, [])
  await before.client.to('eve').send('for eve')
  await before.client.to('eve').send('for eve, too')
  await stop(before)
  await done(other, 'archive', '--to', 'old', '--keep-messages', '1')

  const file = join(folder, 'dev.jsonl')
  await done(folder, 'export', '--vendor', 'dev', '--out', file)
  await done(other, 'import', file, '--data', 'moved')
  await done(other, 'archive', '--data', 'moved', '--to', 'moved-archive', '--keep-messages', '1')
  const missing = await serve(other, ['--data', 'moved', '--archive-folder', 'moved-archive'])
  await expect(read(missing.client)).rejects.toThrow(/archive/)
  await stop(missing)
  await cp(join(folder, 'old/dev'), join(other, 'moved-archive/dev'), { recursive: true })
  const whole = await serve(other, ['--data', 'moved', '--archive-folder', 'moved-archive'])
  expect(await read(whole.client)).toEqual(texts(6))
  await stop(whole)
})
