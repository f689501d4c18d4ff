import type { History, ReadHistory } from '@daakia/protocol'
import { describe, expect, test } from 'vitest'
import type { Client } from '../support/client.js'
import { TestServer } from '../support/server.js'

const minute = 60_000

const read = async (client: Client, range: Partial<ReadHistory> = {}): Promise<History> => {
  const answer = await client.call('history/read', { conversation: 'ana~ben', ...range })
  if ('error' in answer) throw new Error(answer.error.message)
  return answer.result as History
}

const textsOf = ({ messages }: History): string[] => messages.map(({ payload }) => payload)

/** Reads page after page, as the answers say. */
const readAll = async (client: Client, range: Partial<ReadHistory>): Promise<string[][]> => {
  const pages: string[][] = []
  for (let next: Partial<ReadHistory> | undefined = range; next; ) {
    const page = await read(client, next)
    pages.push(textsOf(page))
    next = page.more && { ...next, ...page.more }
  }
  return pages
}

/** Six messages, a minute apart; the first one when the clock of the server began. */
const conversation = async () => {
  const server = await TestServer.open()
  const begun = server.clock.now()
  const ana = await server.person('ana')
  for (const text of ['0', '1', '2', '3', '4', '5']) {
    await ana.say('daak/to/ben', text)
    server.clock.advance(minute)
  }
  return { server, ana, at: (minutes: number) => begun + minutes * minute }
}

describe('history/read by time', () => {
  test.each([
    ['from a time on', { since: 4 }, ['4', '5']],
    ['from between two', { since: 3.5 }, ['4', '5']],
    ['from a time on, a page of it', { since: 1, limit: 2 }, ['1', '2']],
    ['up to a time, the newest of them', { until: 4, limit: 2 }, ['2', '3']],
    ['between two times', { since: 1, until: 3 }, ['1', '2']],
    ['of a time at which nothing was said', { since: 6 }, []],
    ['of a time before all', { until: 0 }, []],
  ] as const)('answers %s', async (_, range, expected) => {
    const { ana, at } = await conversation()
    const times = Object.entries(range).map(([name, value]) => [name, name === 'limit' ? value : at(value)])
    expect(textsOf(await read(ana, Object.fromEntries(times)))).toEqual(expected)
  })

  test('together with numbers, answers what is within both', async () => {
    const { ana, at } = await conversation()
    expect(textsOf(await read(ana, { since: at(1), after: 3 }))).toEqual(['3', '4', '5'])
    expect(textsOf(await read(ana, { since: at(4), after: 1 }))).toEqual(['4', '5'])
    expect(textsOf(await read(ana, { until: at(5), before: 3 }))).toEqual(['0', '1'])
  })

  test('goes by the order of the journal where the clock of the server was set back', async () => {
    const { server, ana, at } = await conversation()
    server.clock.setBack(3 * minute)
    await ana.say('daak/to/ben', 'set back')
    server.clock.advance(4 * minute)
    await ana.say('daak/to/ben', 'caught up')
    expect(textsOf(await read(ana, { since: at(5) }))).toEqual(['5', 'set back', 'caught up'])
    expect(textsOf(await read(ana, { since: at(6) }))).toEqual(['caught up'])
    expect(textsOf(await read(ana, { until: at(4) }))).toEqual(['0', '1', '2', '3'])
  })
})

describe('history/read page by page', () => {
  test.each([
    [
      'forwards',
      { after: 0, limit: 4 },
      [
        ['0', '1', '2', '3'],
        ['4', '5'],
      ],
    ],
    [
      'backwards',
      { limit: 4 },
      [
        ['2', '3', '4', '5'],
        ['0', '1'],
      ],
    ],
    [
      'to where pages end with the journal',
      { after: 0, limit: 3 },
      [
        ['0', '1', '2'],
        ['3', '4', '5'],
      ],
    ],
    ['within bounds', { after: 1, before: 5, limit: 2 }, [['1', '2'], ['3']]],
  ] as const)('goes %s', async (_, range, expected) => {
    const { ana } = await conversation()
    expect(await readAll(ana, range)).toEqual(expected)
  })

  test('goes on within a time, in both directions', async () => {
    const { ana, at } = await conversation()
    expect(await readAll(ana, { since: at(1), until: at(4), limit: 2 })).toEqual([['1', '2'], ['3']])
    expect(await readAll(ana, { until: at(3), limit: 2 })).toEqual([['1', '2'], ['0']])
  })

  test('ends a page with what fits, and goes on there', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    for (let i = 0; i < 6; i++) await ana.say('daak/to/ben', `${i}${'x'.repeat(250_000)}`)
    const letters = async (range: Partial<ReadHistory>) =>
      (await readAll(ana, range)).map((page) => page.map(([letter]) => letter).join(''))
    expect(await letters({ after: 0 })).toEqual(['0123', '45'])
    expect(await letters({})).toEqual(['2345', '01'])
  })

  test('tells the first and the newest that are kept', async () => {
    const { ana } = await conversation()
    expect(await read(ana, { limit: 1 })).toMatchObject({ first: 1, head: 6, more: { before: 6 } })
    expect(await read(ana, { after: 6 })).toEqual({ messages: [], first: 1, head: 6 })
  })
})
