import type { StatesPage } from '@daakia/protocol'
import { describe, expect, test } from 'vitest'
import { Operator } from '../support/operator.js'
import { TestServer } from '../support/server.js'

/** The bot has stored a state in its conversation with each of these. */
const withStates = async (states: Readonly<Record<string, unknown>>) => {
  const server = await TestServer.open()
  const bot = await server.bot('order-bot', { botVersion: '1' })
  for (const [client, state] of Object.entries(states)) {
    const person = await server.person(client)
    await person.say('daak/to/order-bot', 'hi')
    await bot.commit(await bot.lease(), ['hello'], { state })
  }
  await server.rest()
  const operator = await Operator.connect(server)
  const list = (page: object) => operator.call<StatesPage>('states/list', { bot: 'order-bot', ...page })
  return { bot, list, server }
}

const conversationsOf = ({ states }: StatesPage) => states.map(({ conversation }) => conversation)

describe('states/list', () => {
  test('answers with what a bot has stored, page by page', async () => {
    const { list } = await withStates({ ana: { size: 'large' }, ben: { size: 'small' }, cem: null })
    const first = await list({ limit: 1 })
    expect(first.states).toEqual([{ conversation: 'ana~order-bot', revision: 1, state: { size: 'large' } }])
    const second = await list({ limit: 1, after: first.next })
    expect(conversationsOf(second)).toEqual(['ben~order-bot'])
  })

  test('has no more on a page than goes well into one answer', async () => {
    const large = { text: 'x'.repeat(250_000) }
    const { list } = await withStates({ ana: large, ben: large, cem: large, dia: large, eva: large, fay: large })
    const { states, next } = await list({ limit: 1_000 })
    expect(states.length).toBe(5)
    expect(conversationsOf(await list({ after: next }))).toEqual(['fay~order-bot'])
  })

  test('says what is parked, and why', async () => {
    const { server, bot, list } = await withStates({ ana: { size: 'large' } })
    await (await server.person('ana')).say('daak/to/order-bot', 'still there?')
    const { conversation, fence } = await bot.lease()
    await bot.client.call('turns/park', { conversation, fence, reason: 'no such state' })
    expect((await list({})).states).toMatchObject([{ parked: 'no such state', state: { size: 'large' } }])
  })
})
