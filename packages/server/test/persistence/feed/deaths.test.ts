import { describe, expect, test } from 'vitest'
import { under } from '../../../src/kv/keys.js'
import { feeds } from '../../../src/persistence/feed/tables.js'
import { holdNextWrite, partedNodes, partitionOf, pointers, say, vendor } from '../../support/parted-nodes.js'
import { ana, ben, cy, home, makeTeam, openTeam, rosterOf } from './team.js'

describe('what was said, where the node that took it dies before it has come to the inboxes', () => {
  test('is there for those of the same partition, and comes to the others when another node finds it', async () => {
    const { nodes, one } = await openTeam()
    const two = await nodes.open()
    one.cutOffBut(home)
    expect(await say(one, 'team', ana, 'a')).toMatchObject({ seq: 1, duplicate: false })
    expect([await pointers(two, ana), await pointers(two, ben), await pointers(two, cy)]).toEqual([[], [], ['team/1']])
    await two.findStragglers()
    expect([await pointers(two, ana), await pointers(two, ben), await pointers(two, cy)]).toEqual([
      ['team/1'],
      ['team/1'],
      ['team/1'],
    ])
    expect(two.late).toEqual([{ vendor, conversation: 'team', clients: [ana, ben], changes: [] }])
  })

  test('comes once, and before what is said after it on another node', async () => {
    const { nodes, one } = await openTeam()
    const two = await nodes.open()
    one.cutOffBut(home)
    await say(one, 'team', ana, 'a')
    await say(two, 'team', ben, 'b')
    await two.findStragglers()
    await one.findStragglers()
    expect(await pointers(two, ben)).toEqual(['team/1', 'team/2'])
    expect(await pointers(two, cy)).toEqual(['team/1', 'team/2'])
  })

  test('comes with the answer to who says it again', async () => {
    const { nodes, one } = await openTeam()
    const two = await nodes.open()
    one.cutOffBut(home)
    await say(one, 'team', ana, 'a')
    expect(await say(two, 'team', ana, 'a')).toMatchObject({ seq: 1, duplicate: true })
    expect(await pointers(two, ben)).toEqual(['team/1'])
  })

  test('comes once where the node was only slow, and brings it late', async () => {
    const { nodes, one } = await openTeam()
    const two = await nodes.open()
    const gate = holdNextWrite(one, ben)
    const slow = say(one, 'team', ana, 'a')
    await gate.reached
    await say(two, 'team', ben, 'b')
    await two.findStragglers()
    gate.open()
    expect(await slow).toMatchObject({ seq: 1 })
    expect(await pointers(two, ben)).toEqual(['team/1', 'team/2'])
  })

  test('comes to those who can be reached, and to the others when they can be', async () => {
    const { one } = await openTeam()
    const way = one.ways[partitionOf(ben)]
    if (way) way.isCut = true
    await say(one, 'team', cy, 'a')
    expect([await pointers(one, ana), one.late]).toEqual([['team/1'], []])
    one.mend()
    await one.findStragglers()
    expect([await pointers(one, ana), await pointers(one, ben)]).toEqual([['team/1'], ['team/1']])
  })
})

describe('who is in a conversation, where its node dies before the rosters know', () => {
  test('is in the rosters when another node finds it, with what was said to them since', async () => {
    const nodes = partedNodes()
    const [one, two] = [await nodes.open(), await nodes.open()]
    one.cutOffBut(home)
    await makeTeam(one)
    await one.store.changeMembers(vendor, 'team', { from: ana, id: 'leave', at: 600, change: 'left', clients: [ben] })
    await say(one, 'team', cy, 'a')
    expect([await rosterOf(two, ana), await rosterOf(two, cy)]).toEqual([[], ['team']])
    await two.findStragglers()
    expect([await rosterOf(two, ana), await rosterOf(two, ben)]).toEqual([['team'], []])
    expect([await pointers(two, ana), await pointers(two, ben)]).toEqual([['team/1', 'team/2'], ['team/1']])
    expect(two.late[0]?.changes.map(({ joined, left }) => [joined, left])).toEqual([
      [[ana, ben, cy], []],
      [[], [ben]],
    ])
    expect((await two.roster.standing(vendor, ana, 'team'))?.members).toEqual([ana, cy])
  })

  test('a bot hears what was said in a conversation that its roster does not know yet', async () => {
    const nodes = partedNodes()
    const [one, two] = [await nodes.open(), await nodes.open()]
    one.cutOffBut(home)
    await makeTeam(one)
    await say(one, 'team', cy, 'a')
    await two.store.enlist(vendor, ana, {})
    expect(await two.store.waiting({ vendor, bot: ana, now: 2_000, limit: 10 })).toEqual({ conversations: ['team'] })
  })

  test('a bot of which not all partitions know yet is made known to all when it comes again', async () => {
    const { nodes, one } = await openTeam()
    const two = await nodes.open()
    await say(one, 'team', cy, 'a')
    one.cutOffBut(home)
    await expect(one.store.enlist(vendor, ana, {})).rejects.toThrow('away')
    await two.store.enlist(vendor, ana, {})
    expect(await two.store.waiting({ vendor, bot: ana, now: 2_000, limit: 10 })).toEqual({ conversations: ['team'] })
  })
})

test('while too much waits for a partition nothing more is taken there, and then everything goes on', async () => {
  const { one } = await openTeam()
  one.cutOffBut(home)
  let taken = 0
  await expect(
    (async () => {
      for (; taken < 2_000; taken++) await say(one, 'team', cy, `${taken}`)
    })(),
  ).rejects.toThrow("What was said in team can't be brought to all its members now")
  expect(taken).toBe(1_500)
  one.mend()
  await one.findStragglers()
  await say(one, 'team', cy, 'more')
  expect((await pointers(one, ben)).length).toBe(1_501)
})

test('feeds keep nothing of what has come to all', async () => {
  const { nodes, one } = await openTeam()
  await say(one, 'team', ana, 'a')
  await say(one, 'team', ana, 'b')
  one.clock.advance(1_000)
  await new Promise((resolve) => setImmediate(resolve))
  expect(nodes.shared.flatMap((each) => [...each.range(feeds, under())])).toEqual([])
})
