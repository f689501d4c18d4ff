import { join } from 'node:path'
import { createClient } from '@daakia/client-sdk'
import { openLmdb } from '@daakia/server'
import { describe, expect, test } from 'vitest'
import { daakia, type Running, withCommand } from '../support/command.js'
import { afterwards } from '../support/house.js'
import { startNode } from '../support/nodes.js'
import { testRedis } from '../support/redis.js'
import { say } from '../support/say.js'
import { folderWith } from '../support/temporary-folder.js'

const redis = testRedis()
withCommand()

let prefixes = 0
/** What nobody else's keys begin with. */
const ownPrefix = () => `daakia-migrate-${process.pid}-${prefixes++}:`

const migrate = (folder: string, from: string, to: string, prefix: string): Running =>
  daakia(['migrate', '--from', from, '--to', to, '--redis-prefix', prefix], { folder })

const serve = async (folder: string): Promise<{ running: Running; url: string }> => {
  const running = daakia(['serve', '--dev', '--mqtt-port', '0', '--http-port', '0'], { folder })
  const [url = ''] = /mqtt:\S+/.exec(await running.until(/Ctrl-C/)) ?? []
  return { running, url }
}

const stop = async ({ child, ended }: Running, signal: NodeJS.Signals = 'SIGTERM') => {
  child.kill(signal)
  await ended
}

/** A folder with the data of a server that was spoken to, in `.daakia`. */
const usedFolder = async (messages = 1): Promise<string> => {
  const folder = await folderWith()
  const { running, url } = await serve(folder)
  const client = createClient({ url, identity: 'ana' })
  const rooms = Array.from({ length: Math.ceil(messages / 100) }, (_, i) => `friend-${i}`)
  await Promise.all(
    rooms.flatMap((room) => Array.from({ length: Math.min(messages, 100) }, (_, i) => client.to(room).send(`${i}`))),
  )
  await client.close()
  await stop(running)
  return folder
}

/** Kills it when it is seen to have gone on so often; false where it was through before. */
const killedAtWork = async ({ child, ended }: Running, prefix: string, steps = 1): Promise<boolean> => {
  const howFar = () => redis.ask('hgetall', `${prefix}{0}:values:migrations`)
  const seen = new Set([await howFar(), '\n'])
  let isOver = false
  void ended.then(() => {
    isOver = true
  })
  while (!isOver) {
    seen.add(await howFar())
    if (seen.size > steps + 1) child.kill('SIGKILL')
  }
  const { status, errors } = await ended
  if (status !== null) expect({ status, errors }).toEqual({ status: 0, errors: '' })
  return status === null
}

/** The lines of the table that it has written. */
const tableIn = (output: string): string[] => output.split('\n').filter((line) => /[\da-f]{64}$/.test(line))

/** In the order of the journal. */
const historyOf = async (url: string, room: string): Promise<string[]> => {
  const client = createClient({ url, identity: 'ana' })
  const { messages } = await client.to(room).history({ limit: 100 })
  await client.close()
  return messages.map(({ payload }) => new TextDecoder().decode(payload))
}

describe('daakia migrate', () => {
  test('killed at any moment, goes on when it is run again, and misses nothing; no server starts on the half', async () => {
    const folder = await usedFolder(4_000)
    const prefix = ownPrefix()
    let kills = 0
    while (await killedAtWork(migrate(folder, '.daakia', redis.url, prefix), prefix, kills + 1)) {
      if (++kills % 3 > 0) continue
      const early = daakia(['serve', '--dev', '--redis', redis.url], { environment: { DAAKIA_REDIS_PREFIX: prefix } })
      expect(await early.ended).toMatchObject({
        status: 1,
        errors: expect.stringMatching(
          /^The migration of \S+ to \S+ was not finished: run the same daakia migrate again\n$/,
        ),
      })
    }
    expect(kills).toBeGreaterThan(2)
    const moved = await migrate(folder, redis.url, 'back', prefix).ended
    expect(tableIn(moved.output).find((line) => line.startsWith('journal'))).toMatch(/ 4000 /)
    expect(await daakia(['verify', 'back'], { folder }).ended).toMatchObject({ status: 0 })
    const { mqttPort } = await startNode(redis.url, { DAAKIA_REDIS_PREFIX: prefix })
    for (const room of ['friend-0', 'friend-39'])
      expect(await historyOf(`mqtt://127.0.0.1:${mqttPort}`, room)).toEqual(
        Array.from({ length: 100 }, (_, i) => `${i}`),
      )
  }, 240_000)

  test('refuses what a server uses', async () => {
    const folder = await folderWith()
    const prefix = ownPrefix()
    const { running } = await serve(folder)
    const inUse = await migrate(folder, '.daakia', redis.url, prefix).ended
    expect(inUse.errors).toMatch(
      /^The data folder \S+ is in use by process \d+: stop it, or choose another folder\.\n$/,
    )
    await stop(running)
    const node = await startNode(redis.url, { DAAKIA_REDIS_PREFIX: prefix })
    const busy =
      /^\S+ is in use by the node \S+: stop all its servers first\. One that was killed counts for 5 seconds\.\n$/
    expect((await migrate(folder, redis.url, 'new', prefix).ended).errors).toMatch(busy)
    expect((await migrate(folder, '.daakia', redis.url, prefix).ended).errors).toMatch(busy)
    await stop(node.running)
  }, 60_000)

  test('refuses a place that is not empty, also one that was moved to already', async () => {
    const folder = await usedFolder()
    const prefix = ownPrefix()
    expect((await migrate(folder, '.daakia', redis.url, prefix).ended).status).toBe(0)
    const again = await migrate(folder, '.daakia', redis.url, prefix).ended
    expect(again.errors).toMatch(/ is not empty, it has \S+: empty it, or choose another redisPrefix\.\n$/)
    const full = await migrate(folder, redis.url, '.daakia', prefix).ended
    expect(full.errors).toMatch(/ is not empty, it has \S+: remove \S+, or choose another folder\.\n$/)
    const other = await folderWith({ 'mine/file': '' })
    expect((await migrate(other, redis.url, 'mine', prefix).ended).errors).toMatch(
      / exists already: choose another folder, or remove it\.\n$/,
    )
    expect(await migrate(folder, '.daakia', 'copy', prefix).ended).toMatchObject({
      status: 1,
      errors: 'One of the two has to be a folder and the other one a Redis: copy a folder with daakia backup.\n',
    })
    expect((await migrate(folder, 'nowhere', redis.url, ownPrefix()).ended).errors).toMatch(
      /nowhere has no data of Daakia: name another folder\.\n$/,
    )
  }, 60_000)

  test('does not go on where the folder was used in between', async () => {
    const folder = await usedFolder(3_000)
    const prefix = ownPrefix()
    expect(await killedAtWork(migrate(folder, '.daakia', redis.url, prefix), prefix)).toBe(true)
    const { running, url } = await serve(folder)
    await say(url, 'meanwhile')
    await stop(running)
    expect((await migrate(folder, '.daakia', redis.url, prefix).ended).errors).toMatch(
      / is not as it was when its migration began: empty it, or choose another redisPrefix, and run the same again\.\n$/,
    )
  }, 60_000)

  test('says in one line that Redis is not there, or full, and goes on when it has room', async () => {
    const folder = await usedFolder(2_000)
    const prefix = ownPrefix()
    const nowhere = await migrate(folder, '.daakia', 'redis://ana:hidden@127.0.0.1:1', prefix).ended
    expect(nowhere).toMatchObject({ status: 1, output: '' })
    expect(nowhere.errors).toMatch(/^There is no Redis at redis:\/\/127\.0\.0\.1:1\b[^\n]*\n$/)
    const { used, limit } = await redis.memory()
    await limit(used + 300_000)
    const full = await migrate(folder, '.daakia', redis.url, prefix).ended
    expect(full.errors).toMatch(
      /^[^\n]* Run the same command again when that is mended: it goes on where it stopped\.\n$/,
    )
    await limit(0)
    expect((await migrate(folder, '.daakia', redis.url, prefix).ended).status).toBe(0)
  }, 60_000)
})

describe('what is for folders says what to do about a Redis', () => {
  test.each([['backup', 'there'], ['export', '--vendor', 'acme'], ['verify']])(
    'daakia %s',
    async (...words) => {
      const folder = await folderWith()
      const environment = { DAAKIA_REDIS: 'redis://ana:hidden@redis.internal' }
      const { status, errors } = await daakia(words, { folder, environment }).ended
      expect(status).toBeGreaterThan(0)
      expect(errors).toContain('redis://ana:(secret)@redis.internal is a Redis, and this command is for folders.')
      expect(errors).toContain('daakia migrate --from redis --to FOLDER')
    },
    60_000,
  )
})

test('who was there when a server was killed goes as one that was there last then', async () => {
  const folder = await usedFolder()
  const prefix = ownPrefix()
  const before = await openLmdb({ folder: join(folder, '.daakia') })
  const [there, gone] = [
    ['dev', 'ana'],
    ['dev', 'ben'],
  ]
  await before.write((tx) => {
    for (const client of [there, gone]) tx.put({ name: 'presence-last-seen' }, client, 1_000)
    tx.put({ name: 'presence-present' }, there, { status: 'online', since: 2_000, run: 7 })
    tx.put({ name: 'presence-alive' }, [7], 3_000)
  })
  await before.close()
  expect((await migrate(folder, '.daakia', redis.url, prefix).ended).output).toMatch(/presence-last-seen +2 /)
  await migrate(folder, redis.url, 'back', prefix).ended
  const kv = await openLmdb({ folder: join(folder, 'back') })
  afterwards(() => kv.close())
  expect([there, gone].map((client) => kv.get({ name: 'presence-last-seen' }, client))).toEqual([3_000, 1_000])
  expect(kv.get({ name: 'presence-present' }, there)).toBeUndefined()
}, 60_000)
