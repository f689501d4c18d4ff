import { describe, expect, test } from 'vitest'
import { feeds, projected } from '../../../src/persistence/feed/tables.js'
import { numbers } from '../../support/numbers.js'
import {
  holdNextWrite,
  type PartedNode,
  partedNodes,
  partitionOf,
  pointers,
  read,
  say,
  turns,
  vendor,
} from '../../support/parted-nodes.js'
import { all, ana, ben, change, cy, home, makeTeam, openTeam, rosterOf } from './team.js'

/** What is said is so long on its way, and lost meanwhile, of which its node hears nothing. */
const loseOnTheWay = async (ms: number) => {
  const { nodes, one: deaf } = await openTeam(all, { isDeaf: true })
  const bringBack = nodes.remember(home)
  const gate = holdNextWrite(deaf, ben)
  const lost = say(deaf, 'team', ana, 'lost')
  await gate.reached
  await bringBack()
  deaf.clock.advance(ms)
  gate.open()
  return { deaf, lost }
}

describe('where the partition of a conversation went back', () => {
  test('what is said then comes to the inboxes of others, in the place of what is lost, and says so once', async () => {
    const { nodes, one } = await openTeam()
    await say(one, 'team', ana, 'kept')
    const bringBack = nodes.remember(home)
    for (const id of ['lost', 'too']) await say(one, 'team', ana, id)
    await bringBack()
    for (const id of ['new', 'newer', 'newest']) await say(one, 'team', cy, id)
    const begins = [
      { offset: 1, conversation: 'team', seq: 1 },
      { offset: 4, conversation: 'team', seq: 2, line: 1, begins: true },
      { offset: 5, conversation: 'team', seq: 3, line: 1 },
      { offset: 6, conversation: 'team', seq: 4, line: 1 },
    ]
    for (const client of [ana, ben])
      expect((await one.inbox.read(vendor, client, 0, 10)).filter(({ seq }) => seq > 0)).toEqual(begins)
    expect(await pointers(one, cy)).toEqual(['team/1', 'team/2', 'team/3', 'team/4'])
    expect(one.said.at(-3)?.places).toEqual([0, 0, 2])
    expect(one.said.at(-1)).toMatchObject({ places: [6, 6, 4], line: 1 })
  })

  test('what is said then, when nobody has noticed, comes to the inboxes of others in the place of what is lost', async () => {
    const { nodes, one } = await openTeam()
    await say(one, 'team', ana, 'kept')
    const bringBack = nodes.remember(home)
    for (const id of ['lost', 'too']) await say(one, 'team', ana, id)
    await bringBack({ isSeen: false })
    for (const id of ['new', 'newer', 'newest']) await say(one, 'team', cy, id)
    await one.findStragglers()
    for (const client of all) expect(await read(one, client)).toEqual(['1 kept', '2 new', '3 newer', '4 newest'])
    for (const client of [ana, ben])
      expect(await one.inbox.read(vendor, client, 3, 1)).toMatchObject([{ seq: 2, line: 1, begins: true }])
  })

  test('so it does where an older node has brought what is lost, and has not told what that was', async () => {
    const { nodes, one } = await openTeam()
    await say(one, 'team', ana, 'kept')
    // What has come to everybody is taken from the feed.
    await one.findStragglers()
    const bringBack = nodes.remember(home)
    for (const id of ['lost', 'too']) await say(one, 'team', ana, id)
    for (const client of [ana, ben])
      await nodes.shared[partitionOf(client)]?.write((tx) => tx.put(projected, [vendor, 'team'], 3))
    await bringBack({ isSeen: false })
    await say(one, 'team', cy, 'new')
    for (const client of all) expect(await read(one, client)).toEqual(['1 kept', '2 new'])
    for (const client of [ana, ben])
      expect(await one.inbox.read(vendor, client, 3, 1)).toMatchObject([{ seq: 2, line: 1, begins: true }])
  })

  test('who came in with what is lost is not in it, though somebody else went on before it was noticed', async () => {
    const { nodes, one } = await openTeam([ana, cy])
    const bringBack = nodes.remember(home)
    await change(one, 'lost', 'joined', ben)
    await bringBack({ isSeen: false })
    await say(one, 'team', cy, 'new')
    expect(await read(one, ana)).toEqual(['1 new'])
    await nodes.notice(home)
    await one.reconcile()
    expect([await rosterOf(one, ben), await read(one, ben)]).toEqual([[], []])
    for (const client of [ana, cy]) expect(await read(one, client)).toEqual(['1 new'])
  })

  test('so it is where all others lie where the conversation does', async () => {
    const { nodes, one } = await openTeam([cy])
    const bringBack = nodes.remember(home)
    await change(one, 'lost', 'joined', ben)
    await bringBack({ isSeen: false })
    await say(one, 'team', cy, 'new')
    await nodes.notice(home)
    await one.reconcile()
    expect([await rosterOf(one, ben), await read(one, ben)]).toEqual([[], []])
    expect(await read(one, cy)).toEqual(['1 new'])
  })

  test('what was on its way when it did, and is kept, is acknowledged and told as ever', async () => {
    const { nodes, one } = await openTeam()
    const gate = holdNextWrite(one, ben)
    const kept = say(one, 'team', ana, 'kept')
    await gate.reached
    const bringBack = nodes.remember(home)
    await bringBack()
    gate.open()
    expect(await kept).toMatchObject({ seq: 1 })
    expect(one.said.map(({ message }) => message.id)).toEqual(['kept'])
    await one.findStragglers()
    expect(await read(one, ben)).toEqual(['1 kept'])
  })

  test('what was on its way when it did is in doubt where nobody can look whether it is kept', async () => {
    const { nodes, one } = await openTeam()
    const gate = holdNextWrite(one, ben)
    const kept = say(one, 'team', ana, 'kept')
    await gate.reached
    await nodes.remember(home)()
    one.cutOffBut(partitionOf(ben))
    gate.open()
    await expect(kept).rejects.toMatchObject({ reason: 'away', inDoubt: true })
  })

  test('what was long on its way, and is lost, is in doubt, though its node has heard nothing of that', async () => {
    const { lost } = await loseOnTheWay(1_000)
    await expect(lost).rejects.toMatchObject({ reason: 'away', inDoubt: true })
  })

  test('whether what was kept still is, is known to who is told only later', async () => {
    const { nodes, one } = await openTeam()
    const bringBack = nodes.remember(home)
    const { isStillKept } = await say(one, 'team', ana, 'lost')
    expect(isStillKept?.()).toBe(true)
    await bringBack()
    expect(await isStillKept?.()).toBe(false)
    const kept = await say(one, 'team', ana, 'kept')
    await nodes.remember(home)()
    expect(await kept.isStillKept?.()).toBe(true)
    one.cutOffBut(partitionOf(ben))
    expect(await kept.isStillKept?.()).toBe(false)
  })

  test('whether what was kept still is, is looked at where its node may not have heard that it is gone', async () => {
    const { nodes, one: deaf } = await openTeam(all, { isDeaf: true })
    const bringBack = nodes.remember(home)
    const { isStillKept } = await say(deaf, 'team', ana, 'lost')
    await bringBack()
    expect(isStillKept?.()).toBe(true)
    deaf.clock.advance(1_000)
    expect(await isStillKept?.()).toBe(false)
  })

  test('whether what was kept still is, is looked at a second after it was written, however long it was on its way', async () => {
    const { deaf, lost } = await loseOnTheWay(900)
    const { isStillKept } = await lost
    deaf.clock.advance(100)
    expect(await isStillKept?.()).toBe(false)
  })

  test('whether what was kept still is, is known of a whole partition by one look', async () => {
    const { one } = await openTeam()
    const answers = await Promise.all(['a', 'b', 'c'].map((id) => say(one, 'team', ana, id)))
    one.clock.advance(1_000)
    const [first, ...others] = answers.map(({ isStillKept }) => isStillKept)
    expect(await first?.()).toBe(true)
    expect(others.map((each) => each?.())).toEqual([true, true])
  })

  test('whether what was taken before still is, is looked at though its node has heard nothing', async () => {
    const { nodes, one: deaf } = await openTeam(all, { isDeaf: true })
    const bringBack = nodes.remember(home)
    await say(deaf, 'team', ana, 'again')
    const { isStillKept } = await say(deaf, 'team', ana, 'again')
    await bringBack()
    expect(isStillKept?.()).toBe(true)
    deaf.clock.advance(1_000)
    expect(await isStillKept?.()).toBe(false)
  })

  test('whether what was taken before still is, is looked at where it came again', async () => {
    const { nodes, one } = await openTeam()
    const bringBack = nodes.remember(home)
    await say(one, 'team', ana, 'again')
    const again = await say(one, 'team', ana, 'again')
    await nodes.remember(home)()
    expect(await again.isStillKept?.()).toBe(true)
    await bringBack()
    expect(await again.isStillKept?.()).toBe(false)
  })

  test('what was long on its way, and is kept, is acknowledged', async () => {
    const { one } = await openTeam()
    const gate = holdNextWrite(one, ben)
    const kept = say(one, 'team', ana, 'kept')
    await gate.reached
    one.clock.advance(60_000)
    gate.open()
    expect(await kept).toMatchObject({ seq: 1 })
  })

  test('what was on its way when it did, and is lost, comes to nobody, and is in doubt', async () => {
    const { nodes, one } = await openTeam()
    const two = await nodes.open()
    await say(one, 'team', ana, 'kept')
    const bringBack = nodes.remember(home)
    const gate = holdNextWrite(one, ben)
    const lost = say(one, 'team', ana, 'lost')
    await gate.reached
    await bringBack()
    gate.open()
    await expect(lost).rejects.toMatchObject({ reason: 'away', inDoubt: true })
    expect(await pointers(two, ben)).toEqual(['team/1'])
    expect(one.said.map(({ message }) => message.id)).toEqual(['kept'])
  })

  test('it comes to nobody either from a node that does not know, where others have gone on', async () => {
    const { nodes, one } = await openTeam()
    const deaf = await nodes.open({ isDeaf: true })
    await say(one, 'team', ana, 'kept')
    const bringBack = nodes.remember(home)
    await say(deaf, 'team', ana, 'lost')
    const gate = holdNextWrite(deaf, ben)
    const late = say(deaf, 'team', ana, 'lost and late')
    await gate.reached
    await bringBack()
    await say(one, 'team', cy, 'new')
    gate.open()
    await late
    expect(await pointers(one, ben)).toEqual(['team/1', 'team/0', 'team/2'])
    expect(await read(one, ben)).toEqual(['1 kept', '2 new'])
  })

  test('several that take away what is lost, at any time, take nothing of what has come in its place', async () => {
    for (let seed = 1; seed <= 50; seed++) {
      const below = numbers(seed)
      const turnsAway = () => 2 + below(5)
      const { nodes, one } = await openTeam(all, { turnsAway })
      const two = await nodes.open({ turnsAway })
      await say(one, 'team', ana, 'kept')
      const bringBack = nodes.remember(home)
      for (const id of ['lost', 'too']) await say(one, 'team', ana, id)
      await bringBack()
      await turns(below(20))
      for (const id of ['new', 'newer', 'newest']) await say(two, 'team', cy, id)
      await turns(200)
      const whole = ['1 kept', '2 new', '3 newer', '4 newest']
      expect([await read(one, ana), await read(one, ben)], `seed ${seed}`).toEqual([whole, whole])
    }
  })

  test('what has come to everybody, and is lost, takes nothing else from the feed', async () => {
    const { nodes, one } = await openTeam()
    const deaf = await nodes.open({ isDeaf: true })
    const bringBack = nodes.remember(home)
    for (const id of ['lost', 'too']) await say(deaf, 'team', ana, id)
    await bringBack()
    one.cutOffBut(home)
    await say(one, 'team', cy, 'new')
    deaf.clock.advance(1_000)
    one.mend()
    // What begins anew meanwhile is found once more.
    for (let look = 0; look < 2; look++) await one.findStragglers()
    expect(await read(one, ben)).toEqual(['1 new'])
  })

  test.each([
    ['taken from a feed', 'has nothing of it', partitionOf(ben), 0],
    ['left in a feed', 'may have lost it', partitionOf(ana), 1],
  ])('what has come to everybody is %s where a partition goes back that %s', async (_, __, which, left) => {
    const { nodes, one } = await openTeam([ana, cy])
    const bringBack = nodes.remember(which)
    await say(one, 'team', cy, 'said')
    await bringBack()
    one.clock.advance(1_000)
    await turns(10)
    expect((await one.kv.read((reader) => reader.get(feeds, [vendor, 'team'])))?.length ?? 0).toBe(left)
  })

  test('also where nothing is said any more, what is lost is taken from inboxes and rosters', async () => {
    const { nodes, one } = await openTeam([ana, cy])
    await say(one, 'team', ana, 'kept')
    const bringBack = nodes.remember(home)
    await change(one, 'in', 'joined', ben)
    await change(one, 'out', 'left', ana)
    expect([await rosterOf(one, ana), await rosterOf(one, ben)]).toEqual([[], ['team']])
    await bringBack()
    await one.reconcile()
    expect([await rosterOf(one, ana), await rosterOf(one, ben)]).toEqual([['team'], []])
    expect((await one.roster.standing(vendor, ana, 'team'))?.members).toEqual([ana, cy])
    expect([await read(one, ana), await read(one, ben)]).toEqual([['1 kept'], []])
    await say(one, 'team', cy, 'new')
    expect([await read(one, ana), await read(one, ben)]).toEqual([['1 kept', '2 new'], []])
  })

  test('a conversation of which nothing is left is in no roster, until it is made again', async () => {
    const nodes = partedNodes()
    const one = await nodes.open()
    const bringBack = nodes.remember(home)
    await makeTeam(one)
    await say(one, 'team', ana, 'lost')
    await bringBack()
    await one.reconcile()
    expect([await rosterOf(one, ana), await read(one, ana)]).toEqual([[], []])
    await makeTeam(one, [ben, cy])
    await say(one, 'team', ben, 'new')
    expect([await rosterOf(one, ana), await rosterOf(one, ben)]).toEqual([[], ['team']])
    expect([await read(one, ana), await read(one, ben)]).toEqual([[], ['1 new']])
  })

  test('nobody has received or read what is lost', async () => {
    const { nodes, one } = await openTeam()
    await say(one, 'team', cy, 'kept')
    const bringBack = nodes.remember(home)
    for (const id of ['lost', 'too']) await say(one, 'team', cy, id)
    await one.roster.receive(vendor, ana, 'team', { read: 3 })
    await bringBack()
    for (const id of ['new', 'newer']) await say(one, 'team', cy, id)
    expect(await one.roster.standing(vendor, ana, 'team')).toMatchObject({ head: 3, delivered: 1, read: 1, unread: 2 })
  })

  test('who was told once that something is lost is told again when it goes back again', async () => {
    const { nodes, one } = await openTeam()
    const bringBack = nodes.remember(home)
    for (let time = 1; time <= 2; time++) {
      for (const id of ['a', 'b', 'c']) await say(one, 'team', cy, `${id}${time}`)
      await bringBack()
    }
    for (const id of ['new', 'newer']) await say(one, 'team', cy, id)
    const entries = await one.inbox.read(vendor, ana, 0, 20)
    expect(entries.filter(({ begins }) => begins)).toMatchObject([{ seq: 1, line: 2 }])
    expect(await read(one, ana)).toEqual(['1 new', '2 newer'])
  })
})

describe('where the partition of an inbox went back', () => {
  const there = partitionOf(ben)
  const hall = Array.from({ length: 40 }, (_, i) => `hall-${i}`).find((name) => partitionOf(name) === home) as string

  /** Resolves when what has come to all is taken from the feeds. */
  const trimmed = async ({ clock }: PartedNode) => {
    clock.advance(1_000)
    await new Promise((resolve) => setImmediate(resolve))
  }

  test('what had come there, and is lost, is brought again before what is said then', async () => {
    const { nodes, one } = await openTeam()
    const bringBack = nodes.remember(there)
    for (const id of ['a', 'b', 'c']) await say(one, 'team', cy, id)
    await trimmed(one)
    await bringBack()
    await say(one, 'team', cy, 'd')
    expect(await pointers(one, ben)).toEqual(['team/1', 'team/2', 'team/3', 'team/4'])
    expect(await pointers(one, ana)).toEqual(['team/1', 'team/2', 'team/3', 'team/4'])
  })

  test('all of it, however much that is', async () => {
    const { nodes, one } = await openTeam()
    const bringBack = nodes.remember(there)
    for (let number = 1; number <= 600; number++) await say(one, 'team', cy, `m${number}`)
    await trimmed(one)
    await bringBack()
    await say(one, 'team', cy, 'last')
    expect(await pointers(one, ben)).toEqual(Array.from({ length: 601 }, (_, at) => `team/${at + 1}`))
  })

  test('also by a node that does not know', async () => {
    const { nodes, one: deaf } = await openTeam(all, { isDeaf: true })
    const bringBack = nodes.remember(there)
    for (const id of ['a', 'b', 'c']) await say(deaf, 'team', cy, id)
    await trimmed(deaf)
    await bringBack()
    await say(deaf, 'team', cy, 'd')
    expect(await pointers(deaf, ben)).toEqual(['team/1', 'team/2', 'team/3', 'team/4'])
  })

  test('it is brought also where nothing is said any more, with who came and went', async () => {
    const { nodes, one } = await openTeam([ana, cy])
    await one.store.conversation(vendor, hall, { members: [ben, cy], at: 500 })
    const bringBack = nodes.remember(there)
    await change(one, 'in', 'joined', ben)
    for (const id of ['a', 'b']) await say(one, 'team', cy, id)
    const by = { from: 'shop', fromRole: 'vendor' as const, at: 700, change: 'left' as const }
    await one.store.changeMembers(vendor, hall, { ...by, id: 'out', clients: [ben] })
    await trimmed(one)
    await bringBack()
    await one.reconcile()
    expect((await pointers(one, ben)).sort()).toEqual([`${hall}/1`, 'team/1', 'team/2', 'team/3'])
    expect(await rosterOf(one, ben)).toEqual(['team'])
    expect(await one.roster.standing(vendor, ben, 'team')).toMatchObject({ members: [ana, cy, ben], head: 3, read: 1 })
  })

  test('who has come, and who has left, is known also where the journal keeps that no more', async () => {
    const dan = Array.from({ length: 40 }, (_, i) => `other-${i}`).find((name) => partitionOf(name) === there) as string
    const { nodes, one } = await openTeam([dan, cy])
    await say(one, 'team', cy, 'kept')
    const bringBack = nodes.remember(there)
    await change(one, 'in', 'joined', ben)
    await change(one, 'out', 'left', dan)
    for (const id of ['a', 'b']) await say(one, 'team', cy, id)
    await trimmed(one)
    await one.store.trim(vendor, 'team', { now: 1_000, newest: 1, limit: 10 })
    await bringBack()
    await one.reconcile()
    expect([await rosterOf(one, ben), await rosterOf(one, dan)]).toEqual([['team'], []])
    expect((await one.roster.standing(vendor, ben, 'team'))?.members).toEqual([cy, ben])
    expect(await read(one, ben)).toEqual(['5 b'])
  })

  test('who was there when it was made, and heard nothing of it, has all of it', async () => {
    const nodes = partedNodes()
    const one = await nodes.open()
    const bringBack = nodes.remember(there)
    await makeTeam(one)
    for (const id of ['a', 'b']) await say(one, 'team', cy, id)
    await trimmed(one)
    await bringBack()
    await say(one, 'team', cy, 'c')
    expect(await rosterOf(one, ben)).toEqual(['team'])
    expect(await pointers(one, ben)).toEqual(['team/1', 'team/2', 'team/3'])
  })
})
