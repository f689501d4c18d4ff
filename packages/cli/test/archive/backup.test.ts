import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { type Client, createClient } from '@daakia/client-sdk'
import { describe, expect, test } from 'vitest'
import { daakia, type Running, withCommand } from '../support/command.js'
import { afterwards } from '../support/house.js'
import { folderWith } from '../support/temporary-folder.js'

withCommand()

const serve = async (folder: string): Promise<{ running: Running; url: string }> => {
  const running = daakia(['serve', '--dev', '--mqtt-port', '0', '--http-port', '0'], { folder })
  const [url = ''] = /mqtt:\S+/.exec(await running.until(/Ctrl-C/)) ?? []
  return { running, url }
}

const clientOf = (url: string): Client => {
  const client = createClient({ url, identity: 'ana' })
  afterwards(() => client.close({ giveUpAfterMs: 0 }))
  return client
}

/** Says things to several clients, one after the other to each, until it is told to stop. */
const talk = (client: Client, rooms: readonly string[]) => {
  const acknowledged = new Map<string, string[]>(rooms.map((room) => [room, []]))
  let stopped = false
  const done = Promise.all(
    rooms.map(async (room) => {
      for (let n = 0; !stopped; n++) {
        const text = `${room} ${n}`
        const sent = await client
          .to(room)
          .send(text)
          .then(
            () => true,
            () => false,
          )
        if (sent) acknowledged.get(room)?.push(text)
      }
    }),
  )
  const until = async (count: number) => {
    while ([...acknowledged.values()].some((texts) => texts.length < count)) await new Promise(setImmediate)
  }
  const stop = () => {
    stopped = true
    return done
  }
  return { acknowledged, until, stop }
}

/** All that was said to a client, in order. */
const journalOf = async (client: Client, room: string): Promise<string[]> => {
  const texts: string[] = []
  for (let after = 0; ; ) {
    const { messages } = await client.to(room).history({ after, limit: 100 })
    if (messages.length === 0) return texts
    for (const { seq, payload } of messages) {
      expect(seq).toBe(++after)
      texts.push(new TextDecoder().decode(payload))
    }
  }
}

describe('daakia backup and restore', () => {
  test('bring a server back, taken while it was spoken to, with all that it had acknowledged before', async () => {
    const folder = await folderWith()
    const { running, url } = await serve(folder)
    const rooms = ['ben', 'cleo', 'dan', 'eve']
    const talking = talk(clientOf(url), rooms)
    await talking.until(50)
    const before = new Map([...talking.acknowledged].map(([room, texts]) => [room, [...texts]]))
    const backup = await daakia(['backup', 'backups/one'], { folder }).ended
    expect(backup).toMatchObject({ status: 0, output: expect.stringContaining('backups/one holds all of') })
    const after = Math.max(...[...talking.acknowledged.values()].map((texts) => texts.length))
    await talking.until(after + 20)
    await talking.stop()
    running.child.kill('SIGKILL')
    await running.ended

    await rename(join(folder, '.daakia'), join(folder, 'lost'))
    expect(await daakia(['restore', 'backups/one'], { folder }).ended).toMatchObject({ status: 0 })
    const restored = clientOf((await serve(folder)).url)
    for (const room of rooms) {
      const journal = await journalOf(restored, room)
      expect(journal.slice(0, before.get(room)?.length)).toEqual(before.get(room))
      expect(journal.length).toBeLessThan(talking.acknowledged.get(room)?.length as number)
    }
  })

  test('say in one line what keeps them from it', async () => {
    const folder = await folderWith({ 'mine/file': '' })
    expect(await daakia(['backup', 'there'], { folder }).ended).toMatchObject({
      status: 1,
      errors: `${join(folder, '.daakia')} has no data of Daakia: name another folder.\n`,
    })
    expect(await daakia(['restore', 'mine'], { folder }).ended).toMatchObject({
      status: 1,
      errors: `${join(folder, 'mine')} is no backup: name a folder that daakia backup has made.\n`,
    })
  })
})
