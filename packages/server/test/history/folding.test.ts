import { type Body, type FoldedEnvelope, type History, type ReadHistory, writeBody } from '@daakia/protocol'
import { describe, expect, test } from 'vitest'
import { type Client, propertyOf } from '../support/client.js'
import { TestServer } from '../support/server.js'
import { byVendorConnection } from '../support/vendors.js'

type Referring = 'edit' | 'delete' | 'reaction'

const say = <T extends Referring>(client: Client, to: string, type: T, body: Body<T>) => {
  const { contentType, payload } = writeBody(type, body)
  return client.say(to, payload, { properties: [['type', type]], mqtt: { contentType } })
}

const read = async (client: Client, range: Partial<ReadHistory> = {}): Promise<History> => {
  const answer = await client.call('history/read', { conversation: 'ana~ben', fold: true, ...range })
  if ('error' in answer) throw new Error(answer.error.message)
  return answer.result as History
}

const brief = ({ seq, payload, edited, deleted, reactions }: FoldedEnvelope) => ({
  ...{ seq, payload },
  ...(edited && { edited: edited.seq }),
  ...(deleted && { deleted: deleted.seq }),
  ...(reactions && { reactions }),
})

const open = async () => {
  const server = await TestServer.open()
  return { server, ana: await server.person('ana'), ben: await server.person('ben') }
}

describe('history/read with fold', () => {
  test('answers each message as it reads now, and nothing else', async () => {
    const { ana, ben } = await open()
    for (const text of ['one', 'two', 'three']) await ana.say('daak/to/ben', text)
    await say(ana, 'daak/to/ben', 'edit', { seq: 1, text: 'ONE' })
    await say(ben, 'daak/to/ana', 'reaction', { seq: 1, reaction: '👍' })
    await say(ana, 'daak/to/ben', 'delete', { seq: 2 })
    await ben.say('daak/to/ana', 'four')
    const { messages, head } = await read(ana)
    expect(messages.map(brief)).toEqual([
      { seq: 1, payload: 'ONE', edited: 4, reactions: [{ reaction: '👍', clients: ['ben'] }] },
      { seq: 2, payload: '', deleted: 6 },
      { seq: 3, payload: 'three' },
      { seq: 7, payload: 'four' },
    ])
    expect(head).toBe(7)
  })

  test('gives a read without folding what was deleted, as it was', async () => {
    const { ana } = await open()
    await ana.say('daak/to/ben', 'one')
    await say(ana, 'daak/to/ben', 'delete', { seq: 1 })
    expect((await read(ana)).messages.map(brief)).toEqual([{ seq: 1, payload: '', deleted: 2 }])
    expect((await read(ana, { fold: false })).messages).toMatchObject([{ seq: 1, payload: 'one' }, { type: 'delete' }])
  })

  test('looks beyond the page for what refers to its messages', async () => {
    const { ana } = await open()
    for (const text of ['one', 'two', 'three']) await ana.say('daak/to/ben', text)
    await say(ana, 'daak/to/ben', 'edit', { seq: 1, text: 'ONE' })
    expect((await read(ana, { before: 3, limit: 2 })).messages.map(brief)).toEqual([
      { seq: 1, payload: 'ONE', edited: 4 },
      { seq: 2, payload: 'two' },
    ])
  })

  test('has the order and the pages of messages, however much refers to them', async () => {
    const { ana, ben } = await open()
    await ana.say('daak/to/ben', 'one')
    for (let i = 0; i < 150; i++) await say(ben, 'daak/to/ana', 'reaction', { seq: 1, reaction: `${i}` })
    await ana.say('daak/to/ben', 'two')
    await ana.say('daak/to/ben', 'three')
    const seqs: number[] = []
    for (let range: Partial<ReadHistory> | undefined = { after: 0, limit: 2 }; range; ) {
      const page: History = await read(ana, range)
      expect(page.messages.length).toBeLessThanOrEqual(2)
      seqs.push(...page.messages.map(({ seq }) => seq))
      range = page.more && { ...range, ...page.more }
    }
    expect(seqs).toEqual([1, 152, 153])
    const { messages } = await read(ana)
    expect(messages[0]?.reactions?.length).toBe(150)
  })

  test('passes over edits and deletions by others, and harms nothing where their message is missing', async () => {
    const { ana, ben } = await open()
    await ana.say('daak/to/ben', 'mine')
    await say(ben, 'daak/to/ana', 'edit', { seq: 1, text: 'yours' })
    await say(ben, 'daak/to/ana', 'delete', { seq: 1 })
    await say(ben, 'daak/to/ana', 'delete', { seq: 99 })
    expect((await read(ana)).messages.map(brief)).toEqual([{ seq: 1, payload: 'mine' }])
  })

  test('shows what is called an edit and can’t be read, as it came', async () => {
    const { ana } = await open()
    await ana.say('daak/to/ben', 'not JSON', { properties: [['type', 'edit']] })
    expect((await read(ana)).messages.map(brief)).toEqual([{ seq: 1, payload: 'not JSON' }])
  })

  test('shows what the vendor itself has deleted as deleted, and tells that it was the vendor', async () => {
    const server = await TestServer.open({ dev: false, authentication: [byVendorConnection] })
    const [ana, desk] = [
      await server.person('ana', { connection: 'shop.1' }),
      await server.person('desk', { connection: 'shop!.1' }),
    ]
    await ana.say('daak/to/ben', 'rude')
    await ana.hears()
    await say(desk, 'daak/conversations/ana~ben/messages', 'delete', { seq: 1 })
    const heard = await ana.hears()
    expect([propertyOf(heard, 'from'), propertyOf(heard, 'from-role')]).toEqual(['desk', 'vendor'])
    expect((await read(ana)).messages).toMatchObject([{ seq: 1, payload: '', deleted: { from: 'desk' } }])
    const whole = await read(ana, { fold: false })
    expect(whole.messages.map(({ fromRole }) => fromRole)).toEqual([undefined, 'vendor'])
  })

  test('believes nobody who calls himself the vendor', async () => {
    const { ana } = await open()
    const refused = await ana.say('daak/to/ben', 'hi', { properties: [['from-role', 'vendor']] })
    expect(refused.properties?.reasonString).toMatch(/"from-role" is the server's/)
  })

  test('is the same after a restart', async () => {
    const { server, ana } = await open()
    await ana.say('daak/to/ben', 'one')
    await say(ana, 'daak/to/ben', 'edit', { seq: 1, text: 'ONE' })
    const before = await read(ana)
    const again = await (await server.restart()).person('ana')
    expect(await read(again)).toEqual(before)
  })
})
