import { partitionOf } from '@daakia/server'
import { describe, expect, test } from 'vitest'
import { inEnd, onCluster, redis, takeover } from '../support/cluster.js'
import type { HandMade } from '../support/history.js'

const partitions = 16
const [roomIn, benIn] = ['room', 'ben'].map((name) => partitionOf('acme', name, partitions))

/** Messages of the room, in their order. */
const texts = ['one', 'two', 'three'] as const

/** One shard has the room, and another one everything else, with the inbox of Ben. */
const apart = () =>
  onCluster(Array.from({ length: partitions }, (_, each) => (each === roomIn ? 0 : 1)))
    .subscribes('ben/web')
    .at(10_000)

/** Something of the inbox is lost, of which `fourth` was the replica. */
const losesInbox = (made: HandMade) => {
  redis(redis(redis(made, 'third', 70_000, 'behind'), 'third', 71_000, 'dead'), 'fourth', 74_000, 'master')
  return made.at(74_100).note('server-1', { what: 'setback', type: 'info', partition: benIn ?? 0, commits: 1 })
}

interface Mark {
  text: (typeof texts)[number]
  /** Undefined where the device isn't told the place of its inbox. */
  epoch?: number
}

const hears = (made: HandMade, ...marks: Mark[]) => {
  for (const { text, epoch } of marks) {
    const seq = texts.indexOf(text) + 1
    const about = { client: 'ben', conversation: 'room', text, seq, id: text, from: 'ana', connection: 1 }
    const pos = epoch === undefined ? {} : { pos: `${epoch}:${seq}` }
    made.note('ben/web', { what: 'hear', type: 'ok', ...about, ...pos, resync: true })
  }
  return made
}

/** Ben is told of the loss of the room with `two`. */
const told = (epoch?: number) =>
  hears(takeover(apart()).at(65_000), { text: 'two', ...(epoch !== undefined && { epoch }) })

const broken = (made: HandMade) => inEnd(made, ...texts).broken('messages')

describe('a resync that was told with a message', () => {
  test('is no further one where an inbox that went back is heard from its beginning', () => {
    const made = hears(losesInbox(told(7)).at(75_000), { text: 'one', epoch: 8 }, { text: 'two', epoch: 8 })
    expect(roomIn).not.toBe(benIn)
    expect(broken(made)).not.toContain('resync')
  })

  test('is a further one where it begins a new epoch of the inbox, of which nothing was lost', () => {
    expect(broken(hears(told(7).at(75_000), { text: 'two', epoch: 8 }))).toContain('resync')
    expect(broken(hears(losesInbox(told(7)).at(75_000), { text: 'two', epoch: 8 }))).not.toContain('resync')
  })

  test('is a further one in the same epoch', () => {
    expect(broken(hears(told(7).at(75_000), { text: 'two', epoch: 7 }))).toContain('resync')
    const again = { text: 'two', epoch: 8 } as const
    expect(broken(hears(losesInbox(told(7)).at(75_000), { text: 'one', epoch: 8 }, again, again))).toContain('resync')
  })

  test('does not excuse one with a message that had none', () => {
    const made = losesInbox(told(7)).at(75_000)
    expect(broken(hears(made, { text: 'one', epoch: 8 }, { text: 'three', epoch: 8 }))).toContain('resync')
  })

  test('is no further one to a device that is told no place', () => {
    expect(broken(hears(told().at(75_000), { text: 'two' }))).not.toContain('resync')
    expect(broken(hears(told().at(75_000), { text: 'three' }))).toContain('resync')
  })
})
