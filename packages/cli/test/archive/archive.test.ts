import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Client, createClient } from '@daakia/client-sdk'
import { describe, expect, test } from 'vitest'
import { daakia, type Running, withCommand } from '../support/command.js'
import { afterwards } from '../support/house.js'
import { testRedis } from '../support/redis.js'
import { folderWith } from '../support/temporary-folder.js'

const redis = testRedis()
withCommand()

const serve = async (folder: string, words: readonly string[] = []) => {
  const running = daakia(['serve', '--dev', '--mqtt-port', '0', '--http-port', '0', ...words], { folder })
  const [url = ''] = /mqtt:\S+/.exec(await running.until(/Ctrl-C/)) ?? []
  const client = createClient({ url, identity: 'ana' })
  afterwards(() => client.close({ giveUpAfterMs: 0 }))
  return { running, client }
}

const stop = async ({ child, ended }: Running) => {
  child.kill('SIGTERM')
  await ended
}

const sayAll = async (client: Client, count: number) => {
  for (let n = 1; n <= count; n++) await client.to('ben').send(`${n}`)
}

const read = async (client: Client) => {
  const { messages } = await client.to('ben').history({ limit: 1_000 })
  return messages.map(({ payload }) => new TextDecoder().decode(payload))
}

const texts = (count: number) => Array.from({ length: count }, (_, at) => `${at + 1}`)

const keepTwo = ['--to', 'old', '--keep-messages', '2']

describe('daakia archive', () => {
  test('moves messages of a folder to files that a server reads, and does no more the second time', async () => {
    const folder = await folderWith()
    const first = await serve(folder)
    await sayAll(first.client, 10)
    expect(await daakia(['archive', ...keepTwo], { folder }).ended).toMatchObject({
      status: 1,
      errors: expect.stringContaining('in use'),
    })
    await stop(first.running)
    expect(await daakia(['archive', ...keepTwo], { folder }).ended).toEqual({
      status: 0,
      output: `${join(folder, 'old')} has 8 messages of 1 conversation more now.\n`,
      errors: '',
    })
    expect(await daakia(['archive', ...keepTwo], { folder }).ended).toMatchObject({
      output: 'There was nothing to move.\n',
    })
    expect(await readdir(join(folder, 'old/dev/ana~ben'))).toEqual(['000000000001-000000000008.jsonl.gz'])

    expect(await daakia(['export', '--vendor', 'dev'], { folder }).ended).toMatchObject({
      status: 0,
      errors: expect.stringContaining('Older messages of dev are in an archive'),
    })

    const second = await serve(folder, ['--archive-folder', 'old'])
    expect(await read(second.client)).toEqual(texts(10))
    await stop(second.running)
    await rm(join(folder, 'old'), { recursive: true })
    const third = await serve(folder, ['--archive-folder', 'old'])
    await expect(third.client.to('ben').history({ limit: 10, before: 5 })).rejects.toThrow(/archive/)
  })

  test('moves messages of a Redis beside a server that runs, which reads them at once', async () => {
    const folder = await folderWith()
    const { running, client } = await serve(folder, ['--redis', redis.url, '--archive-folder', 'old'])
    await sayAll(client, 10)
    const moved = await daakia(['archive', '--redis', redis.url, ...keepTwo], { folder }).ended
    expect(moved).toMatchObject({
      status: 0,
      errors: '',
      output: expect.stringContaining('8 messages of 1 conversation'),
    })
    expect(await read(client)).toEqual(texts(10))
    await client.to('ben').send('11')
    expect(await read(client)).toEqual(texts(11))
    const verified = await daakia(['verify-archive', 'old', '--redis', redis.url], { folder }).ended
    expect(verified).toMatchObject({ status: 0, output: expect.stringContaining('1 file with 8 messages') })
    await stop(running)
  })

  test('says in one line what keeps it from it', async () => {
    const folder = await folderWith()
    const failing = async (...words: string[]) => (await daakia(['archive', ...words], { folder }).ended).errors
    expect(await failing('--keep-messages', '2')).toContain('give its folder, or set archive.folder')
    expect(await failing('--to', 'old')).toContain('give --older-than 90d, or --keep-messages 1000')
    expect(await failing(...keepTwo)).toBe(`${join(folder, '.daakia')} has no data of Daakia: name another folder.\n`)
    expect(await failing('--to', 'old', '--older-than', 'ever')).toContain('It must be a duration')
    expect(await failing('--data', 'a', '--redis', redis.url, ...keepTwo)).toContain('either --data or --redis')
    expect(await failing('--data', redis.url, ...keepTwo)).toContain('is a Redis')
  })
})

describe('daakia verify-archive', () => {
  test('says which files of a folder are whole, beside its server', async () => {
    const folder = await folderWith()
    const first = await serve(folder)
    await sayAll(first.client, 10)
    await stop(first.running)
    await daakia(['archive', ...keepTwo], { folder }).ended
    const second = await serve(folder, ['--archive-folder', 'old'])
    const place = join(folder, 'old')
    const verify = (...words: string[]) => daakia(['verify-archive', 'old', ...words], { folder }).ended
    expect(await verify()).toEqual({ status: 0, output: `${place} is whole: 1 file with 8 messages.\n`, errors: '' })
    const name = 'dev/ana~ben/000000000001-000000000008.jsonl.gz'
    await rm(join(place, name))
    expect(await verify()).toMatchObject({
      status: 1,
      output: `${place} is damaged: 1 file is not whole. Whole: 0 files with 0 messages.\n- ${name} is missing.\n`,
    })
    await rm(place, { recursive: true })
    expect(await verify()).toMatchObject({ status: 2, output: '', errors: expect.stringContaining('is it mounted') })
    await stop(second.running)
  })
})
