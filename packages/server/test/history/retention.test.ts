import type { ConversationInfo, History } from '@daakia/protocol'
import { describe, expect, test } from 'vitest'
import { type Client, propertyOf } from '../support/client.js'
import { textOf } from '../support/peer.js'
import { TestServer, type TestServerOptions } from '../support/server.js'
import { byVendorConnection } from '../support/vendors.js'

const inbox = 'daak/conversations/+/messages'
const minute = 60_000
const day = 24 * 60 * minute
const persistent = { cleanStart: false, properties: { sessionExpiryInterval: 30 * 24 * 3_600 } }

/** Nothing is told on `$SYS` in the weeks that pass here. */
const openServer = (options: TestServerOptions = {}) => TestServer.open({ sysIntervalSeconds: 0, ...options })

const open = async (options: TestServerOptions = {}) => {
  const server = await openServer(options)
  return { server, ana: await server.person('ana'), ben: await server.client('ben') }
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

/** What is kept of a conversation, as one of its members reads it. */
const kept = async (client: Client, conversation = 'ana~ben') => {
  const answer = await client.call('history/read', { conversation })
  if ('error' in answer) throw new Error(answer.error.message)
  const { messages, first, head } = answer.result as History
  return { texts: messages.map(({ payload }) => payload), first, head }
}

const infoOf = async (client: Client, id = 'ana~ben') => {
  const answer = await client.call('conversations/get', { id })
  return 'result' in answer ? (answer.result as ConversationInfo) : undefined
}

describe('a conversation', () => {
  test('keeps everything, unless it is told otherwise', async () => {
    const { server, ana } = await open()
    await sayAll(ana, 'daak/to/ben', ['one', 'two'])
    await pass(server, 1_000 * day)
    const back = await server.person('ana')
    expect(await kept(back)).toEqual({ texts: ['one', 'two'], first: 1, head: 2 })
  })

  test('keeps so many of its newest messages, and tells the first of them', async () => {
    const { server, ana } = await open({ retention: { maximumMessages: 2 } })
    await sayAll(ana, 'daak/to/ben', ['one', 'two', 'three', 'four'])
    await pass(server, 1_000)
    expect(await kept(ana)).toEqual({ texts: ['three', 'four'], first: 3, head: 4 })
    expect(await infoOf(ana)).toMatchObject({ first: 3, head: 4 })
    await ana.say('daak/to/ben', 'five')
    await pass(server, 1_000)
    expect((await kept(ana)).texts).toEqual(['four', 'five'])
  })

  test('keeps messages so long, though nothing is said in it any more', async () => {
    const { server, ana } = await open({ retention: { maximumAgeSeconds: 3_600 } })
    await ana.say('daak/to/ben', 'one')
    await pass(server, 30 * minute)
    await ana.say('daak/to/ben', 'two')
    await pass(server, 32 * minute)
    expect(await kept(ana)).toEqual({ texts: ['two'], first: 2, head: 2 })
    await pass(server, 30 * minute)
    expect(await kept(ana)).toEqual({ texts: [], first: 3, head: 2 })
  })

  test('goes on counting where it keeps nothing, after a restart too', async () => {
    const { server, ana } = await open({ retention: { maximumAgeSeconds: 60 } })
    await sayAll(ana, 'daak/to/ben', ['one', 'two'])
    await pass(server, 3 * minute)
    const again = await (await server.restart()).person('ana')
    const puback = await again.say('daak/to/ben', 'three')
    expect(propertyOf(puback, 'seq')).toBe('3')
    expect(await kept(again)).toEqual({ texts: ['three'], first: 3, head: 3 })
  })

  test('of some vendor keeps what is said for that vendor', async () => {
    const retention = {
      maximumMessages: 1,
      vendors: { thrifty: { maximumMessages: 2 }, lavish: { maximumMessages: Infinity } },
    }
    const server = await openServer({ dev: false, authentication: [byVendorConnection], retention })
    const counts: number[] = []
    for (const vendor of ['usual', 'thrifty', 'lavish']) {
      const ana = await server.person('ana', { connection: `${vendor}.1` })
      await sayAll(ana, 'daak/to/ben', ['one', 'two', 'three'])
      await pass(server, 1_000)
      counts.push((await kept(ana)).texts.length)
    }
    expect(counts).toEqual([1, 2, 3])
  })

  test('trims a long journal whole, in portions', async () => {
    const { server, ana, ben } = await open({ retention: { maximumMessages: 10 } })
    for (let i = 0; i < 1_000; i++) ben.send('daak/to/ana', `${i}`)
    await ana.hearsTexts(1_000)
    await pass(server, 1_000)
    expect(await kept(ana)).toMatchObject({ first: 991, head: 1_000 })
  })

  test('keeps other terms from the next reload on', async () => {
    const { server, ana } = await open()
    await sayAll(ana, 'daak/to/ben', ['one', 'two', 'three'])
    await server.server.reload({ retention: { maximumMessages: 1 } })
    await server.rest()
    expect((await kept(ana)).texts).toEqual(['three'])
    await server.server.reload({ retention: {} })
    await sayAll(ana, 'daak/to/ben', ['four', 'five'])
    await pass(server, 10 * minute)
    expect((await kept(ana)).texts).toEqual(['three', 'four', 'five'])
  })

  test('keeps what waits for its bot, and trims it when that has answered', async () => {
    const { server, ana } = await open({ retention: { maximumMessages: 1 } })
    await (await server.bot('order-bot')).client.disconnect()
    await sayAll(ana, 'daak/to/order-bot', ['one', 'two', 'three'])
    await pass(server, 5_000)
    expect((await kept(ana, 'ana~order-bot')).texts).toEqual(['one', 'two', 'three'])
    const bot = await server.bot('order-bot')
    await bot.commit(await bot.lease(), ['answer'], { processed: 3 })
    await pass(server, 1_000)
    expect((await kept(ana, 'ana~order-bot')).texts).toEqual(['answer'])
  })
})

describe('conversations/configure', () => {
  const openAsVendor = async (options: TestServerOptions = {}) => {
    const server = await openServer({ dev: false, authentication: [byVendorConnection], ...options })
    const ana = await server.person('ana', { connection: 'shop.1' })
    const desk = await server.person('desk', { connection: 'shop!.1' })
    await sayAll(ana, 'daak/to/ben', ['one', 'two', 'three'])
    return { server, ana, desk }
  }

  test('has a conversation keep less, at once and from then on, and tells so', async () => {
    const { server, ana, desk } = await openAsVendor()
    const retention = { maximumMessages: 2 }
    expect(await desk.call('conversations/configure', { id: 'ana~ben', retention })).toMatchObject({
      result: { id: 'ana~ben', retention },
    })
    await server.rest()
    expect((await kept(ana)).texts).toEqual(['two', 'three'])
    expect((await infoOf(ana))?.retention).toEqual(retention)
    await ana.say('daak/to/ben', 'four')
    await pass(server, 1_000)
    expect((await kept(ana)).texts).toEqual(['three', 'four'])
  })

  test('is remembered over a restart, and trims what grows old', async () => {
    const { server, desk } = await openAsVendor()
    await desk.call('conversations/configure', { id: 'ana~ben', retention: { maximumAgeSeconds: 600 } })
    const restarted = await server.restart()
    await pass(restarted, 12 * minute)
    const ana = await restarted.person('ana', { connection: 'shop.1' })
    expect(await kept(ana)).toEqual({ texts: [], first: 4, head: 3 })
  })

  test('leaves other conversations alone, and null takes away what was set', async () => {
    const { server, ana, desk } = await openAsVendor()
    await sayAll(ana, 'daak/to/cem', ['one', 'two'])
    await desk.call('conversations/configure', { id: 'ana~ben', retention: { maximumMessages: 1 } })
    await desk.call('conversations/configure', { id: 'ana~ben', retention: null })
    await sayAll(ana, 'daak/to/ben', ['four', 'five'])
    await pass(server, 10 * minute)
    expect((await kept(ana, 'ana~cem')).texts).toEqual(['one', 'two'])
    expect((await kept(ana)).head).toBe(5)
    expect((await infoOf(ana))?.retention).toBeUndefined()
  })

  test('never has it keep more than the server’s configuration lets it', async () => {
    const { server, ana, desk } = await openAsVendor({ retention: { maximumMessages: 1 } })
    await desk.call('conversations/configure', { id: 'ana~ben', retention: { maximumMessages: 100 } })
    await server.rest()
    expect((await kept(ana)).texts).toEqual(['three'])
  })

  test('is for the vendor itself: members can’t take each other’s history away', async () => {
    const { ana, desk } = await openAsVendor()
    const retention = { maximumMessages: 1 }
    expect(await ana.call('conversations/configure', { id: 'ana~ben', retention })).toMatchObject({
      error: { code: -32001, message: expect.stringContaining('"vendor"') },
    })
    expect(await desk.call('conversations/configure', { id: 'nowhere', retention })).toMatchObject({
      error: { code: -32001 },
    })
    expect(
      await desk.call('conversations/configure', { id: 'ana~ben', retention: { maximumMessages: 0 } }),
    ).toMatchObject({ error: { code: -32602 } })
  })
})

describe('a message that was trimmed', () => {
  test('is the same message for 7 days when it is sent again', async () => {
    const { server, ana } = await open({ retention: { maximumAgeSeconds: 60 } })
    const fields = { properties: [['id', 'm1']] as const }
    const first = await ana.say('daak/to/ben', 'hi', fields)
    await pass(server, 6 * day)
    const late = await server.person('ana')
    expect((await kept(late)).texts).toEqual([])
    const again = await late.say('daak/to/ben', 'hi', fields)
    expect(again.properties).toEqual(first.properties)
    expect(await kept(late)).toEqual({ texts: [], first: 2, head: 1 })
    await pass(server, day + 2 * minute)
    const later = await server.person('ana')
    expect(propertyOf(await later.say('daak/to/ben', 'hi', fields), 'seq')).toBe('2')
  })

  test('harms nobody who edits it', async () => {
    const { server, ana } = await open({ retention: { maximumMessages: 1 } })
    await sayAll(ana, 'daak/to/ben', ['one', 'two'])
    await pass(server, 1_000)
    const late = await ana.say('daak/to/ben', '{"seq":1,"text":"ONE"}', { properties: [['type', 'edit']] })
    expect(late.reasonCode).toBe(0)
    await pass(server, 1_000)
    expect(await ana.call('history/read', { conversation: 'ana~ben', fold: true })).toMatchObject({
      result: { messages: [], first: 3, head: 3 },
    })
  })
})

describe('an inbox whose messages were trimmed', () => {
  const heard = async (client: Client, count: number) => {
    const messages: (string | undefined)[][] = []
    for (let i = 0; i < count; i++) {
      const message = await client.hears()
      messages.push([textOf(message), propertyOf(message, 'resync')])
    }
    return messages
  }

  test('goes on with what is kept for who asks for an earlier place, and says resync', async () => {
    const { server, ben } = await open({ retention: { maximumMessages: 2 } })
    const phone = await server.client('ana', { connection: 'phone' })
    const start = propertyOf(await phone.subscribe(inbox), 'pos') as string
    await sayAll(ben, 'daak/to/ana', ['one', 'two', 'three', 'four'])
    await pass(server, 1_000)
    const laptop = await server.client('ana', { connection: 'laptop' })
    await laptop.subscribe(inbox, { properties: { since: start } })
    expect(await heard(laptop, 2)).toEqual([
      ['three', 'true'],
      ['four', undefined],
    ])
  })

  test('goes on without resync for who has not missed anything', async () => {
    const { server, ben } = await open({ retention: { maximumMessages: 2 } })
    const phone = await server.client('ana', { connection: 'phone' })
    await phone.subscribe(inbox)
    await sayAll(ben, 'daak/to/ana', ['one', 'two'])
    await phone.hears()
    const place = propertyOf(await phone.hears(), 'pos') as string
    await sayAll(ben, 'daak/to/ana', ['three', 'four'])
    await pass(server, 1_000)
    const laptop = await server.client('ana', { connection: 'laptop' })
    await laptop.subscribe(inbox, { properties: { since: place } })
    expect(await heard(laptop, 2)).toEqual([
      ['three', undefined],
      ['four', undefined],
    ])
  })

  test('tells a persistent session that was away too long', async () => {
    const { server, ben } = await open({ retention: { maximumAgeSeconds: 3_600 } })
    const phone = await server.client('ana', { connection: 'phone', ...persistent })
    await phone.subscribe(inbox)
    await phone.vanish()
    await sayAll(ben, 'daak/to/ana', ['one', 'two'])
    await pass(server, 2 * 60 * minute)
    const late = await server.client('ben')
    await late.say('daak/to/ana', 'three')
    const back = await server.client('ana', { connection: 'phone', ...persistent })
    expect(back.connack.sessionPresent).toBe(true)
    await late.say('daak/to/ana', 'four')
    expect(await heard(back, 2)).toEqual([
      ['three', 'true'],
      ['four', undefined],
    ])
  })

  test('tells it as well where the place of the only message is all that is left', async () => {
    const { server, ben } = await open({ retention: { maximumAgeSeconds: 60 } })
    const fields = { connection: 'phone', ...persistent }
    const phone = await server.client('ana', fields)
    await phone.subscribe(inbox)
    await phone.vanish()
    await ben.say('daak/to/ana', 'one')
    await pass(server, 5 * minute)
    const back = await server.client('ana', fields)
    await ben.say('daak/to/ana', 'two')
    expect(await heard(back, 1)).toEqual([['two', 'true']])
  })

  test('waits no longer for the acknowledgement of what was trimmed', async () => {
    const { server, ben } = await open({ retention: { maximumAgeSeconds: 60 } })
    const fields = { connection: 'phone', ...persistent }
    const phone = await server.client('ana', { ...fields, silent: true })
    await phone.subscribe(inbox)
    await sayAll(ben, 'daak/to/ana', ['one', 'two', 'three'])
    await heard(phone, 3)
    await phone.vanish()
    await pass(server, 5 * minute)
    await ben.say('daak/to/ana', 'four')
    const back = await server.client('ana', fields)
    expect(await heard(back, 1)).toEqual([['four', 'true']])
    await server.rest()
    await back.vanish()
    await ben.say('daak/to/ana', 'five')
    const again = await server.client('ana', fields)
    expect(await heard(again, 1)).toEqual([['five', undefined]])
  })

  test('tells it as well where an older message of another conversation is still kept', async () => {
    const server = await openServer({ dev: false, authentication: [byVendorConnection] })
    const [ben, cem, desk] = (await Promise.all(
      ['ben', 'cem', 'desk'].map((name) =>
        server.person(name, { connection: name === 'desk' ? 'shop!.1' : `shop.${name}` }),
      ),
    )) as [Client, Client, Client]
    const fields = { connection: 'shop.phone', ...persistent }
    const phone = await server.client('ana', fields)
    await phone.subscribe(inbox)
    await phone.vanish()
    await cem.say('daak/to/ana', 'kept')
    await sayAll(ben, 'daak/to/ana', ['one', 'two', 'three'])
    await desk.call('conversations/configure', { id: 'ana~ben', retention: { maximumMessages: 1 } })
    await server.rest()
    const back = await server.client('ana', fields)
    expect(await heard(back, 2)).toEqual([
      ['kept', 'true'],
      ['three', undefined],
    ])
  })

  test('gives no place twice, though nothing was left of it when the server was restarted', async () => {
    const { server, ben } = await open({ retention: { maximumAgeSeconds: 60 } })
    const phone = await server.client('ana', { connection: 'phone' })
    await phone.subscribe(inbox)
    await sayAll(ben, 'daak/to/ana', ['one', 'two'])
    await phone.hears()
    const place = propertyOf(await phone.hears(), 'pos') as string
    await pass(server, 5 * minute)
    const restarted = await server.restart()
    const again = await restarted.client('ana', { connection: 'phone' })
    await again.subscribe(inbox, { properties: { since: place } })
    await (await restarted.client('ben')).say('daak/to/ana', 'three')
    const three = await again.hears()
    expect([textOf(three), propertyOf(three, 'resync'), propertyOf(three, 'pos')]).toEqual([
      'three',
      undefined,
      place.replace(/:2$/, ':3'),
    ])
  })
})
