import type { Roster } from '../state/roster/port.js'
import { feedEntry } from './inbox.js'
import { type Behaviours, type ContractKit, contract, type DurableBench, same } from './kit.js'

const conversationsOf = async (roster: Roster, client: string, after = '', limit = 10) =>
  (await roster.list('acme', client, after, limit)).map(({ conversation }) => conversation)

const behaviours: Behaviours<DurableBench<Roster>> = {
  'lists the conversations of a client with their members': async ({ subject: roster }) => {
    await roster.project(0, 1, [feedEntry('ana~bo', 1, ['ana', 'bo']), feedEntry('bo~cy', 1, ['bo', 'cy'])])
    same(await roster.list('acme', 'ana', '', 10), [{ conversation: 'ana~bo', members: ['ana', 'bo'] }])
    same(await conversationsOf(roster, 'bo'), ['ana~bo', 'bo~cy'])
    same(await roster.list('other', 'ana', '', 10), [])
  },
  'lists a conversation once, however often it is projected': async ({ subject: roster }) => {
    const entries = [feedEntry('ana~bo', 1, ['ana', 'bo']), feedEntry('ana~bo', 2, ['ana', 'bo'])]
    await roster.project(0, 1, entries)
    await roster.project(0, 1, entries)
    same(await conversationsOf(roster, 'ana'), ['ana~bo'])
  },
  'pages by id': async ({ subject: roster }) => {
    await roster.project(
      0,
      1,
      ['d', 'a', 'c', 'b'].map((id) => feedEntry(id, 1, ['ana'])),
    )
    same(await conversationsOf(roster, 'ana', '', 2), ['a', 'b'])
    same(await conversationsOf(roster, 'ana', 'b', 2), ['c', 'd'])
    same(await conversationsOf(roster, 'ana', 'd', 2), [])
  },
  'tells clients apart whose names begin alike': async ({ subject: roster }) => {
    await roster.project(0, 1, [feedEntry('x', 1, ['an']), feedEntry('y', 1, ['ana'])])
    same(await conversationsOf(roster, 'an'), ['x'])
  },
  'is kept when it is opened anew': async (bench) => {
    await bench.subject.project(0, 1, [feedEntry('ana~bo', 1, ['ana', 'bo'])])
    same(await conversationsOf(await bench.reopen(), 'ana'), ['ana~bo'])
  },
}

/** What every roster does. */
export const rosterContract = (kit: ContractKit, open: () => Promise<DurableBench<Roster>>): void =>
  contract(kit, 'Roster', open, behaviours)
