import { expect, test } from 'vitest'
import { SureLetters } from '../../src/peers/sure-letters.js'
import { ManualClock } from '../support/manual-clock.js'
import { peersInMemory, type TestPeers } from '../support/peers.js'

/** A node with what it says of itself, and what it knows of others. */
const nodeOf = (peers: TestPeers, clock: ManualClock, says: readonly string[] = []) => {
  const known = new Map<string, string[]>()
  const events: string[] = []
  const of = (node: string) => known.get(node) ?? []
  const letters = new SureLetters<string>({
    ...{ peers, clock, kind: 'test' },
    listener: {
      hear: (letter, from) => known.set(from, [...of(from), letter]),
      introduction: () => says,
      forget: (node) => known.delete(node),
      wasGivenUp: (by) => events.push(`given up by ${by}`),
    },
  })
  return { peers, letters, events, of: (other: { peers: TestPeers }) => of(other.peers.node) }
}

const turns = async (count = 20): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve))
}

const twoNodes = () => {
  const clock = new ManualClock()
  const { join } = peersInMemory()
  const one = nodeOf(join(), clock, ['one is here'])
  const two = nodeOf(join(), clock, ['two is here'])
  return { clock, join, one, two }
}

test('each node is introduced to the others, whichever came first', async () => {
  const { clock, join, one, two } = twoNodes()
  await two.letters.introduced()
  expect([one.of(two), two.of(one)]).toEqual([['two is here'], ['one is here']])
  const three = nodeOf(join(), clock)
  await three.letters.introduced()
  expect([three.of(one), three.of(two)]).toEqual([['one is here'], ['two is here']])
})

test('letters arrive in order, and it is known that they did', async () => {
  const { one, two } = twoNodes()
  for (const letter of ['a', 'b']) one.letters.tell(letter)
  expect(await one.letters.send(two.peers.node, 'c')).toBe(true)
  expect(two.of(one)).toEqual(['one is here', 'a', 'b', 'c'])
})

test('what is lost without anybody being told is sent again after a while, and arrives once', async () => {
  const { clock, one, two } = twoNodes()
  await one.letters.send(two.peers.node, 'a')
  two.peers.cutOff()
  const heard = one.letters.send(two.peers.node, 'b')
  await turns()
  expect(two.of(one)).toEqual(['one is here', 'a'])
  two.peers.rejoin()
  for (let i = 0; i < 3; i++) {
    clock.advance(1_000)
    await turns()
  }
  expect(await heard).toBe(true)
  expect(two.of(one)).toEqual(['one is here', 'a', 'b'])
})

test('a gap is noticed by the letter after it', async () => {
  const { one, two } = twoNodes()
  await one.letters.heard()
  one.peers.cutOff()
  one.letters.tell('a')
  await turns()
  one.peers.rejoin()
  expect(await one.letters.send(two.peers.node, 'b')).toBe(true)
  expect(two.of(one)).toEqual(['one is here', 'a', 'b'])
})

test('nobody waits for a node that is gone, and what it said is forgotten', async () => {
  const { one, two } = twoNodes()
  await two.letters.introduced()
  two.peers.cutOff()
  const heard = one.letters.send(two.peers.node, 'a')
  const all = one.letters.heard()
  two.peers.die()
  expect(await heard).toBe(false)
  await all
  expect(one.of(two)).toEqual([])
  expect(one.letters.isAlone).toBe(true)
})

test('a node that was taken for dead is told so, and says all anew', async () => {
  const { clock, one, two } = twoNodes()
  await two.letters.introduced()
  two.peers.die()
  one.letters.tell('lost')
  two.peers.rejoin()
  for (let i = 0; i < 3; i++) {
    clock.advance(1_000)
    await turns()
  }
  expect(two.events).toEqual([`given up by ${one.peers.node}`])
  expect([one.of(two), two.of(one)]).toEqual([['two is here'], ['one is here']])
})
