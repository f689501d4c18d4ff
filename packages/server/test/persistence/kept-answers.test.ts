import { expect, test } from 'vitest'
import { commitOf } from '../../src/contracts/store/fixtures.js'
import type { Outcome } from '../../src/persistence/port.js'
import { threeAround } from '../support/names-by-partition.js'
import {
  holdNextWrite,
  type PartedNode,
  partedNodes,
  partitionOf,
  say,
  turns,
  vendor,
} from '../support/parted-nodes.js'

const { home, ana, ben, cy: bot } = threeAround('team', partitionOf)

/** A conversation that is still on its way to another partition: what is done in it next is answered after that. */
const underWay = async () => {
  const nodes = partedNodes()
  const node = await nodes.open()
  await node.store.conversation(vendor, 'team', { members: [ana, ben, bot], at: 500 })
  await node.store.enlist(vendor, bot, { version: '1' })
  await say(node, 'team', ana, 'a')
  const hold = async (id = 'on its way') => {
    const gate = holdNextWrite(node, ben)
    const said = say(node, 'team', ana, id)
    await gate.reached
    return async () => {
      gate.open()
      await said
    }
  }
  return { nodes, node, hold }
}

const settle = ({ store }: PartedNode, outcome: Outcome) => store.commit(vendor, 'team', bot, 2_000, outcome)
const commit = (node: PartedNode) => settle(node, commitOf('x', { processed: 1 }))
const drop = ({ store }: PartedNode) => store.dropParked(vendor, 'team', bot, 3_000)
const park = (node: PartedNode, revision = 1) =>
  settle(node, { kind: 'parked', revision, reason: 'the state does not fit' })
const revisionOf = async ({ store }: PartedNode) => (await store.conversation(vendor, 'team'))?.bots[0]?.revision
const parkedIn = ({ store }: PartedNode) => store.parkedState(vendor, 'team', bot)
const isInDoubt = { reason: 'away', inDoubt: true }

test('a turn that says nothing is answered as ever where its partition went back, and has kept it', async () => {
  const { nodes, node, hold } = await underWay()
  const letGo = await hold()
  const committed = commit(node)
  await expect.poll(() => revisionOf(node)).toBe(1)
  await nodes.remember(home)()
  await letGo()
  expect(await committed).toMatchObject({ kind: 'applied', revision: 1, head: 2 })
  expect(await commit(node)).toMatchObject({ kind: 'repeated', revision: 1, head: 2 })
})

test('one that is lost is in doubt, and is applied when it is committed again', async () => {
  const { nodes, node, hold } = await underWay()
  const letGo = await hold()
  const bringBack = nodes.remember(home)
  const committed = commit(node)
  await expect.poll(() => revisionOf(node)).toBe(1)
  await bringBack()
  await letGo()
  await expect(committed).rejects.toMatchObject(isInDoubt)
  expect(await commit(node)).toMatchObject({ kind: 'applied', revision: 1 })
})

test('one that was applied before, and is lost with that, is in doubt', async () => {
  const { nodes, node, hold } = await underWay()
  const bringBack = nodes.remember(home)
  await commit(node)
  const letGo = await hold()
  const committed = commit(node)
  await turns(20)
  await bringBack()
  await Promise.all([letGo().catch(() => {}), expect(committed).rejects.toMatchObject(isInDoubt)])
  expect(await commit(node)).toMatchObject({ kind: 'applied', revision: 1 })
})

test('one that is refused is refused, though its partition went back', async () => {
  const { nodes, node, hold } = await underWay()
  const letGo = await hold()
  const refused = settle(node, commitOf('x', { revision: 7, processed: 1 }))
  await turns(20)
  await nodes.remember(home)()
  await letGo()
  expect(await refused).toMatchObject({ kind: 'conflict' })
})

test.for<Outcome>([
  { kind: 'failed', revision: 0, cause: 'no' },
  { kind: 'returned', revision: 0 },
  { kind: 'parked', revision: 0, reason: 'no' },
])('one that has $kind is in doubt, though it is kept', async (outcome) => {
  const { nodes, node, hold } = await underWay()
  const letGo = await hold()
  const settled = settle(node, outcome)
  await turns(20)
  await nodes.remember(home)()
  await Promise.all([letGo(), expect(settled).rejects.toMatchObject(isInDoubt)])
})

/** A conversation that is made, and still on its way to another partition. */
const beingMade = async () => {
  const nodes = partedNodes()
  const node = await nodes.open()
  const found = (members = [ana, ben]) => node.store.conversation(vendor, 'team', { members, at: 500 })
  const bringBack = nodes.remember(home)
  const gate = holdNextWrite(node, ben)
  const founded = found()
  await gate.reached
  return { nodes, node, found, founded, gate, bringBack }
}

test('who is in a conversation is told once where its partition went back while that was made, and has kept it', async () => {
  const { nodes, node, found, founded, gate } = await beingMade()
  await nodes.remember(home)()
  gate.open()
  expect(await founded).toMatchObject({ id: 'team', members: [ana, ben], createdAt: 500 })
  expect(await found()).toEqual(await founded)
  expect(node.changed.map(({ conversation, joined }) => [conversation, joined])).toEqual([['team', [ana, ben]]])
})

test('a conversation that is lost while it is made is in doubt, and is made when it is asked for again', async () => {
  const { node, found, founded, gate, bringBack } = await beingMade()
  await bringBack()
  gate.open()
  await expect(founded).rejects.toMatchObject(isInDoubt)
  expect(node.changed).toEqual([])
  expect(await found()).toMatchObject({ id: 'team', members: [ana, ben] })
})

test('so it is where others have made it since, with others in it', async () => {
  const { found, founded, gate, bringBack } = await beingMade()
  await bringBack()
  const made = found([ana, bot])
  await turns(20)
  gate.open()
  await expect(founded).rejects.toMatchObject(isInDoubt)
  expect(await made).toMatchObject({ members: [ana, bot] })
})

/** A parked state that is dropped, which is answered after what is on its way. */
const beingDropped = async () => {
  const { nodes, node, hold } = await underWay()
  await commit(node)
  await park(node)
  const dropNext = async (id?: string) => {
    const letGo = await hold(id)
    const bringBack = nodes.remember(home)
    const dropped = drop(node)
    await expect.poll(() => parkedIn(node)).toBe(undefined)
    return { letGo, dropped, bringBack }
  }
  return { nodes, node, dropNext, ...(await dropNext()) }
}

/** It is kept, and nobody could look whether it was. */
const droppedInDoubt = async () => {
  const { nodes, node, letGo, dropped, dropNext } = await beingDropped()
  await nodes.remember(home)()
  node.cutOffBut(partitionOf(ben))
  await Promise.all([letGo().catch(() => {}), expect(dropped).rejects.toMatchObject(isInDoubt)])
  node.mend()
  return { nodes, node, dropNext }
}

test('that a parked state was dropped is answered as ever where its partition went back, and has kept it', async () => {
  const { nodes, letGo, dropped } = await beingDropped()
  await nodes.remember(home)()
  await letGo()
  expect(await dropped).toBe(true)
})

test('a drop that is lost is in doubt, and is done when it is asked for again', async () => {
  const { node, letGo, dropped, bringBack } = await beingDropped()
  await bringBack()
  await Promise.all([letGo(), expect(dropped).rejects.toMatchObject(isInDoubt)])
  expect(await parkedIn(node)).toMatchObject({ revision: 1 })
  expect(await drop(node)).toBe(true)
  expect((await node.store.deadLetters(vendor, { limit: 10 })).items.map(({ about }) => about.kind)).toEqual(['state'])
})

test('who asks again because nobody could look whether a drop was kept is told so, once', async () => {
  const { nodes, node } = await droppedInDoubt()
  expect([await drop(await nodes.open()), await drop(node)]).toEqual([true, false])
})

test('what was dropped, parked once more and offered again is not dropped, though nobody was told of the first time', async () => {
  const { node } = await droppedInDoubt()
  await park(node, 2)
  expect(await node.store.retryParked(vendor, 'team', bot)).toBe(true)
  expect(await drop(node)).toBe(false)
})

test('a second drop that is lost is in doubt, though nobody was told of the first one', async () => {
  const { node, dropNext } = await droppedInDoubt()
  await node.findStragglers()
  await park(node, 2)
  const { letGo, dropped, bringBack } = await dropNext('on its way, too')
  await bringBack()
  await Promise.all([letGo().catch(() => {}), expect(dropped).rejects.toMatchObject(isInDoubt)])
  expect(await drop(node)).toBe(true)
})
