import type { MembershipEntry } from '../persistence/port.js'
import type { Roster } from '../state/roster/port.js'
import { type Behaviours, type ContractKit, contract, type DurableBench, same } from './kit.js'

const conversationsOf = async (roster: Roster, client: string, after = '', limit = 10) =>
  (await roster.list('acme', client, after, limit)).map(({ conversation }) => conversation)

const founding = (conversation: string, members: readonly string[]): MembershipEntry => ({
  vendor: 'acme',
  conversation,
  members,
  joined: members,
  left: [],
  seq: 0,
  at: 1_000,
  closed: false,
})

const change = (founded: MembershipEntry, seq: number, more: Partial<MembershipEntry>): MembershipEntry => ({
  ...founded,
  joined: [],
  seq,
  ...more,
})

const team = founding('team', ['ana', 'bo'])
const cyCame = change(team, 3, { members: ['ana', 'bo', 'cy'], joined: ['cy'] })
const boWent = change(team, 5, { members: ['ana', 'cy'], left: ['bo'] })

const behaviours: Behaviours<DurableBench<Roster>> = {
  'lists the conversations of a client with their members': async ({ subject: roster }) => {
    await roster.project(0, 1, [founding('ana~bo', ['ana', 'bo']), founding('bo~cy', ['bo', 'cy'])])
    same(await roster.list('acme', 'ana', '', 10), [{ conversation: 'ana~bo', members: ['ana', 'bo'] }])
    same(await conversationsOf(roster, 'bo'), ['ana~bo', 'bo~cy'])
    same(await roster.list('other', 'ana', '', 10), [])
  },
  'lists who came, and no more who went': async ({ subject: roster }) => {
    await roster.project(0, 1, [team])
    await roster.project(0, 2, [cyCame, boWent])
    same(await roster.list('acme', 'cy', '', 10), [{ conversation: 'team', members: ['ana', 'cy'] }])
    same(await conversationsOf(roster, 'bo'), [])
  },
  'changes nothing when entries are projected again': async ({ subject: roster }) => {
    await roster.project(0, 1, [team, cyCame, boWent])
    await roster.project(0, 1, [team, cyCame, boWent])
    same(await conversationsOf(roster, 'bo'), [])
    same(await roster.list('acme', 'ana', '', 10), [{ conversation: 'team', members: ['ana', 'cy'] }])
  },
  'pages by id': async ({ subject: roster }) => {
    await roster.project(
      0,
      1,
      ['d', 'a', 'c', 'b'].map((id) => founding(id, ['ana'])),
    )
    same(await conversationsOf(roster, 'ana', '', 2), ['a', 'b'])
    same(await conversationsOf(roster, 'ana', 'b', 2), ['c', 'd'])
    same(await conversationsOf(roster, 'ana', 'd', 2), [])
    same(await roster.ids('acme', 'ana', '', 3), ['a', 'b', 'c'])
    same(await roster.ids('acme', 'ana', 'c', 3), ['d'])
  },
  'tells clients apart whose names begin alike': async ({ subject: roster }) => {
    await roster.project(0, 1, [founding('x', ['an']), founding('y', ['ana'])])
    same(await conversationsOf(roster, 'an'), ['x'])
  },
  'is kept when it is opened anew': async (bench) => {
    await bench.subject.project(0, 1, [team])
    same(await conversationsOf(await bench.reopen(), 'ana'), ['team'])
  },
}

/** What every roster does. */
export const rosterContract = (kit: ContractKit, open: () => Promise<DurableBench<Roster>>): void =>
  contract(kit, 'Roster', open, behaviours)
