import { expect, test } from 'vitest'
import { type PartedNode, partedNodes, partitionOf, say, vendor } from '../../support/parted-nodes.js'

const names = Array.from({ length: 12 }, (_, i) => `person-${i}`)
const home = partitionOf('team')

/** Where people have what was said last on their inboxes, and where it was told that they have it. */
const placesOf = async ({ inbox, said }: PartedNode) => {
  const { members = [], places = [] } = said.at(-1) ?? {}
  const heads = await Promise.all(members.map((member) => inbox.head(vendor, member)))
  return { had: heads.map(({ offset }) => offset), told: places }
}

test('where everybody has what is said is told, in whichever partition they are', async () => {
  const node = await partedNodes().open()
  await node.store.conversation(vendor, 'team', { members: names, at: 1 })
  await node.store.conversation(vendor, 'other', { members: names.slice(0, 5), at: 1 })
  await say(node, 'other', 'person-0', 'a')
  await say(node, 'team', 'person-0', 'b')
  const { had, told } = await placesOf(node)
  expect(told).toEqual(had)
  expect(told).toEqual(names.map((_, i) => (i < 5 ? 2 : 1)))
})

test('of those in a partition that is away no place is told', async () => {
  const node = await partedNodes().open()
  await node.store.conversation(vendor, 'team', { members: names, at: 1 })
  node.cutOffBut(home)
  await say(node, 'team', 'person-0', 'a')
  expect(node.said.at(-1)?.places).toEqual(names.map((name) => (partitionOf(name) === home ? 1 : 0)))
})

test('what is said at once comes to each partition in one transaction, and of each message it is told where it is', async () => {
  let asked = 0
  const turnsAway = () => {
    asked++
    return 0
  }
  const node = await partedNodes().open({ turnsAway })
  await node.store.conversation(vendor, 'team', { members: names, at: 1 })
  asked = 0
  await Promise.all(names.map((name, i) => say(node, 'team', name, `${i}`)))
  const others = new Set(names.map(partitionOf).filter((partition) => partition !== home))
  expect(asked).toBe(names.length + others.size)
  expect(node.said.map(({ message, places }) => ({ seq: message.seq, places }))).toEqual(
    names.map((_, i) => ({ seq: i + 1, places: names.map(() => i + 1) })),
  )
})
