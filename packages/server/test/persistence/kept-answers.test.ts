import { expect, test } from 'vitest'
import { commitOf } from '../../src/contracts/store/fixtures.js'
import { threeAround } from '../support/names-by-partition.js'
import { holdNextWrite, type PartedNode, partedNodes, partitionOf, say, vendor } from '../support/parted-nodes.js'

const { home, ana, ben, cy: bot } = threeAround('team', partitionOf)

/** A conversation that is still on its way to another partition: what is done in it next is answered after that. */
const underWay = async () => {
  const nodes = partedNodes()
  const node = await nodes.open()
  await node.store.conversation(vendor, 'team', { members: [ana, ben, bot], at: 500 })
  await node.store.enlist(vendor, bot, { version: '1' })
  await say(node, 'team', ana, 'a')
  const hold = async () => {
    const gate = holdNextWrite(node, ben)
    const said = say(node, 'team', ana, 'on its way')
    await gate.reached
    return async () => {
      gate.open()
      await said
    }
  }
  return { nodes, node, hold }
}

const commit = ({ store }: PartedNode) => store.commit(vendor, 'team', bot, 2_000, commitOf('x', { processed: 1 }))
const drop = ({ store }: PartedNode) => store.dropParked(vendor, 'team', bot, 3_000)
const park = ({ store }: PartedNode) =>
  store.commit(vendor, 'team', bot, 2_000, { kind: 'parked', revision: 1, reason: 'the state does not fit' })

test('a turn that says nothing is answered as ever where its partition went back, and has kept it', async () => {
  const { nodes, node, hold } = await underWay()
  const letGo = await hold()
  const committed = commit(node)
  await expect.poll(async () => (await node.store.conversation(vendor, 'team'))?.bots[0]?.revision).toBe(1)
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
  await expect.poll(async () => (await node.store.conversation(vendor, 'team'))?.bots[0]?.revision).toBe(1)
  await bringBack()
  await letGo()
  await expect(committed).rejects.toMatchObject({ reason: 'away', inDoubt: true })
  expect(await commit(node)).toMatchObject({ kind: 'applied', revision: 1 })
})

test('who is in a conversation is told once where its partition went back while that was made, and has kept it', async () => {
  const nodes = partedNodes()
  const node = await nodes.open()
  const found = () => node.store.conversation(vendor, 'team', { members: [ana, ben], at: 500 })
  const gate = holdNextWrite(node, ben)
  const founded = found()
  await gate.reached
  await nodes.remember(home)()
  gate.open()
  expect(await founded).toMatchObject({ id: 'team', members: [ana, ben], createdAt: 500 })
  expect(await found()).toEqual(await founded)
  expect(node.changed.map(({ conversation, joined }) => [conversation, joined])).toEqual([['team', [ana, ben]]])
})

test('that a parked state was dropped is answered as ever where its partition went back, and has kept it', async () => {
  const { nodes, node, hold } = await underWay()
  await commit(node)
  await park(node)
  const letGo = await hold()
  const dropped = drop(node)
  await expect.poll(() => node.store.parkedState(vendor, 'team', bot)).toBe(undefined)
  await nodes.remember(home)()
  await letGo()
  expect(await dropped).toBe(true)
})

test('it is so, too, for who asks again because nobody could look whether it was kept', async () => {
  const { nodes, node, hold } = await underWay()
  await commit(node)
  await park(node)
  const letGo = await hold()
  const dropped = drop(node)
  await expect.poll(() => node.store.parkedState(vendor, 'team', bot)).toBe(undefined)
  await nodes.remember(home)()
  node.cutOffBut(partitionOf(ben))
  await Promise.all([letGo().catch(() => {}), expect(dropped).rejects.toMatchObject({ inDoubt: true })])
  node.mend()
  expect(await drop(node)).toBe(true)
})
