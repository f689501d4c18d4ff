import type { History } from '@daakia/protocol'
import { ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, test } from 'vitest'
import { TestServer } from '../support/server.js'

const open = async () => {
  const server = await TestServer.open()
  return { server, ana: await server.person('ana') }
}

describe('a call', () => {
  test('of a method that does not exist is told so', async () => {
    const { ana } = await open()
    expect(await ana.call('conversations/ship', {})).toEqual({
      error: { code: -32601, message: 'There is no method conversations/ship' },
    })
    expect(await ana.call('conversations/constructor', {})).toMatchObject({ error: { code: -32601 } })
  })

  test('that is no JSON is told so', async () => {
    const { ana } = await open()
    expect(await ana.call('conversations/get', '{"id":')).toMatchObject({ error: { code: -32700 } })
  })

  test.each([
    ['conversations/get', {}, 'id: must be string'],
    ['conversations/get', [], 'params: must be object'],
    ['conversations/create', { members: ['ben', 7] }, 'members.1: must be string'],
    ['conversations/create', { members: ['b n'] }, 'members: "b n" is no client'],
    ['conversations/create', { id: 'a/b', members: [] }, 'id: must be 1 to 128'],
    ['conversations/create', { id: 'ben~cem', members: ['ben', 'cem'] }, 'id: a ~ is for direct conversations'],
    ['history/read', { conversation: 'ana~ben', limit: 1_001 }, 'limit: must be at most 1000'],
    ['history/read', { conversation: 'ana~ben', after: -1 }, 'after: must be at least 0'],
    ['turns/commit', { conversation: 'ana~ben' }, 'fence: must be string'],
  ])('of %s with bad parameters is told which', async (method, params, help) => {
    const { ana } = await open()
    expect(await ana.call(method, params)).toEqual({
      error: { code: -32602, message: expect.stringContaining(help) },
    })
  })

  test.each([
    [
      'no Response Topic',
      undefined,
      ReasonCode.ImplementationSpecificError,
      /needs the Response Topic daak\/replies\/ana/,
    ],
    ['the Response Topic of another client', 'daak/replies/ben/ben-1', ReasonCode.NotAuthorized, /must be your own/],
    ['a Response Topic of plain MQTT', 'answers', ReasonCode.NotAuthorized, /must be your own/],
  ])('with %s is refused', async (_, responseTopic, code, help) => {
    const { ana } = await open()
    const puback = await ana.say('daak/rpc/conversations/get', '{}', { mqtt: responseTopic ? { responseTopic } : {} })
    expect(puback.reasonCode).toBe(code)
    expect(puback.properties?.reasonString).toMatch(help)
  })

  test('before answers were subscribed to is refused', async () => {
    const { server } = await open()
    const ben = await server.client('ben')
    const puback = await ben.say('daak/rpc/conversations/get', '{}', { mqtt: { responseTopic: ben.replies } })
    expect(puback.reasonCode).toBe(ReasonCode.ImplementationSpecificError)
    expect(puback.properties?.reasonString).toMatch(/Subscribe to daak\/replies\/ben\/ben-1/)
  })

  test('is answered with its Correlation Data, whatever it is', async () => {
    const { ana } = await open()
    const correlationData = new Uint8Array([0, 255, 7])
    ana.send('daak/rpc/conversations/get', '{}', { mqtt: { responseTopic: ana.replies, correlationData } })
    expect([...((await ana.hears()).properties?.correlationData ?? [])]).toEqual([0, 255, 7])
  })
})

describe('conversations/create', () => {
  test('makes a conversation of the caller and those that it names', async () => {
    const { server, ana } = await open()
    expect(await ana.call('conversations/create', { id: 'team', members: ['cem', 'ben', 'ben'] })).toEqual({
      result: {
        id: 'team',
        members: ['ana', 'ben', 'cem'],
        first: 1,
        head: 0,
        createdAt: server.clock.now(),
        createdBy: 'ana',
      },
    })
    const ben = await server.person('ben')
    await ana.say('daak/conversations/team/messages', 'welcome')
    expect(await ben.hearsTexts(1)).toEqual(['welcome'])
  })

  test('made again with the same members is the same one, with others a conflict', async () => {
    const { ana } = await open()
    const first = await ana.call('conversations/create', { id: 'team', members: ['ben'] })
    expect(await ana.call('conversations/create', { id: 'team', members: ['ben', 'ana'] })).toEqual(first)
    expect(await ana.call('conversations/create', { id: 'team', members: ['cem'] })).toMatchObject({
      error: { code: -32002 },
    })
  })

  test('gives an id where there is none', async () => {
    const { ana } = await open()
    const created = await ana.call('conversations/create', { members: ['ben'] })
    expect(created).toMatchObject({ result: { id: expect.stringMatching(/^[0-9a-z]{23}$/) } })
  })
})

describe('conversations/get', () => {
  test('answers members only; for others there is none', async () => {
    const { server, ana } = await open()
    await ana.say('daak/to/ben', 'hi')
    const eve = await server.person('eve')
    expect(await ana.call('conversations/get', { id: 'ana~ben' })).toMatchObject({
      result: { members: ['ana', 'ben'], head: 1 },
    })
    const existing = await eve.call('conversations/get', { id: 'ana~ben' })
    expect(existing).toMatchObject({ error: { code: -32001 } })
    for (const id of ['ana~cem', 'x'.repeat(10_000), 'a/b'])
      expect(await eve.call('conversations/get', { id })).toEqual(existing)
  })
})

describe('history/read', () => {
  const payloads = (answer: unknown) => (answer as { result: History }).result.messages.map(({ payload }) => payload)

  const conversation = async () => {
    const { server, ana } = await open()
    for (const text of ['one', 'two', 'three', 'four']) await ana.say('daak/to/ben', text)
    return { server, ana }
  }

  test.each([
    ['the newest', { limit: 2 }, ['three', 'four']],
    ['those before one', { before: 3, limit: 2 }, ['one', 'two']],
    ['those after one', { after: 1, limit: 2 }, ['two', 'three']],
    ['those between two', { after: 1, before: 4 }, ['two', 'three']],
    ['all', {}, ['one', 'two', 'three', 'four']],
  ])('answers %s', async (_, range, expected) => {
    const { ana } = await conversation()
    const answer = await ana.call('history/read', { conversation: 'ana~ben', ...range })
    expect(payloads(answer)).toEqual(expected)
    expect(answer).toMatchObject({ result: { head: 4 } })
  })

  test('answers who is no member as if there were no such conversation', async () => {
    const { server } = await conversation()
    const eve = await server.person('eve')
    for (const conversation of ['ana~ben', 'nowhere', 'x'.repeat(10_000)])
      expect(await eve.call('history/read', { conversation })).toMatchObject({ error: { code: -32001 } })
  })

  test('answers nothing yet for a direct conversation that has not begun', async () => {
    const { ana } = await open()
    expect(await ana.call('history/read', { conversation: 'ana~ben' })).toEqual({
      result: { messages: [], first: 1, head: 0 },
    })
  })

  test('answers as much as fits in a megabyte, at the end that was asked for', async () => {
    const { ana } = await open()
    for (let i = 0; i < 6; i++) await ana.say('daak/to/ben', `${i}${'x'.repeat(250_000)}`)
    const firstLetters = async (range: object) =>
      payloads(await ana.call('history/read', { conversation: 'ana~ben', ...range })).map(([letter]) => letter)
    expect(await firstLetters({})).toEqual(['2', '3', '4', '5'])
    expect(await firstLetters({ after: 0 })).toEqual(['0', '1', '2', '3'])
  })
})
