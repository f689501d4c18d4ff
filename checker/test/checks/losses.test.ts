import { partitionOf } from '@daakia/server'
import { describe, expect, test } from 'vitest'
import { describe as tell } from '../../src/report/verdict.js'
import {
  behindMs,
  deadMs,
  electedMs,
  fallsBehind,
  inEnd,
  isNoticed,
  isReplaced,
  onCluster,
  redis,
  takeover,
} from '../support/cluster.js'
import type { HandMade } from '../support/history.js'

const broken = (made: HandMade) => made.broken('messages')

/** A message is sent and acknowledged at these times, around the takeover, and is not there in the end. */
const loses = ({ sentMs, toldMs = sentMs + 10 }: { sentMs: number; toldMs?: number }, made = onCluster()) => {
  const sent = { op: 1, client: 'ana', conversation: 'room', text: 'gone', id: 'gone', once: true, ordered: true }
  const steps: [ms: number, step: () => unknown][] = [
    [sentMs, () => made.at(sentMs).note('ana/phone', { what: 'send', type: 'invoke', ...sent })],
    [toldMs, () => made.at(toldMs).note('ana/phone', { what: 'send', type: 'ok', op: 1, copies: 1, seq: 1 })],
    [behindMs, () => fallsBehind(made)],
    [deadMs, () => isReplaced(made)],
    [electedMs + 100, () => isNoticed(made)],
  ]
  for (const [, step] of steps.sort(([one], [other]) => one - other)) step()
  return made
}

describe('a message that was acknowledged, and is gone', () => {
  test.each([
    ['while nothing came to the replica of its master', { sentMs: 60_500 }],
    ['just before nothing came to it any more', { sentMs: 59_500 }],
    ['in the moment in which the master died', { sentMs: 60_990, toldMs: 61_200 }],
  ])('%s may be, and is counted', (_, times) => {
    const made = inEnd(loses(times))
    expect(broken(made)).toEqual([])
    expect(tell(made.verdict('messages'))).toContain(
      '1 masters may have lost something: 1 acknowledged messages lost; 1 setbacks',
    )
  })

  test.each([
    ['long before nothing came to the replica any more', { sentMs: 58_000 }],
    ['after the master had died', { sentMs: 61_500 }],
    ['after another one was elected', { sentMs: 66_000 }],
    ['after that, and was sent before', { sentMs: 60_500, toldMs: 66_000 }],
  ])('%s is lost', (_, times) => {
    expect(broken(inEnd(loses(times)))).toEqual(['lost'])
  })

  test('may be where its acknowledgement was held back so long', () => {
    const stall = { kind: 'stall', target: 'ana/phone', direction: 'down' } as const
    const held = (made: HandMade) =>
      made.at(60_800).note('faults', { what: 'fault', type: 'info', fault: stall, phase: 'begins' })
    const passes = (made: HandMade) =>
      made.at(65_900).note('faults', { what: 'fault', type: 'info', fault: stall, phase: 'ends' })
    const times = { sentMs: 60_500, toldMs: 66_000 }
    expect(broken(inEnd(passes(loses(times, held(onCluster())))))).toEqual([])
  })

  test('is lost where another master died, which does not have it', () => {
    expect(broken(inEnd(loses({ sentMs: 60_500 }, onCluster([1]))))).toEqual(['lost'])
  })

  test('is lost where its own partition lies with a master that lives', () => {
    const roomIn = partitionOf('acme', 'room', 2)
    const onShard = (shardOfRoom: number) =>
      onCluster([0, 1].map((partition) => (partition === roomIn ? shardOfRoom : 1 - shardOfRoom)))
    expect(broken(inEnd(loses({ sentMs: 60_500 }, onShard(0))))).toEqual([])
    expect(broken(inEnd(loses({ sentMs: 60_500 }, onShard(1))))).toEqual(['lost'])
  })

  const asked = (made: HandMade) =>
    redis(redis(made.sends(1, 'gone', 'ok', { seq: 1 }), 'other', 60_000, 'asked'), 'other', 60_100, 'master')

  test('is lost where a replica took the place that had everything', () => {
    expect(broken(inEnd(redis(asked(onCluster().at(59_900)), 'one', 60_200, 'replica')))).toEqual(['lost'])
  })

  test('may be where the master stood still meanwhile, and did not know', () => {
    const made = redis(asked(redis(onCluster(), 'one', 59_800, 'stopped').at(59_900)), 'one', 63_000, 'continued')
    expect(broken(inEnd(redis(made, 'one', 63_100, 'replica')))).toEqual([])
  })

  test('takes all along that came after it', () => {
    const sent = fallsBehind(onCluster())
      .at(60_500)
      .sends(1, 'gone', 'ok', { seq: 2 })
      .sends(2, 'kept', 'ok', { seq: 3 })
    const said = isNoticed(isReplaced(sent.at(60_600)))
      .sends(3, 'zero', 'ok', { seq: 1 })
      .sends(4, 'new', 'ok', { seq: 2 })
    expect(broken(inEnd(said, 'zero', 'new', 'kept'))).toContain('hole')
  })

  test('and said again, is where it came then', () => {
    const said = takeover(fallsBehind(onCluster()).at(60_500).sends(1, 'one', 'ok', { seq: 2, ordered: false }))
    expect(broken(inEnd(said.at(66_000).sends(2, 'one', 'ok', { seq: 1, ordered: false }), 'one'))).toEqual([])
    const again = takeover(fallsBehind(onCluster()).at(60_500).sends(1, 'one', 'ok', { seq: 1, ordered: false }))
    expect(broken(inEnd(again.at(66_000).sends(2, 'one', 'ok', { seq: 2, ordered: false }), 'one'))).toEqual([
      'misplaced',
    ])
  })
})

test('the SDK may say again what is gone after what it has said meanwhile', () => {
  const says = (made: HandMade, op: number, text: string, end: [ms: number, seq: number]) => {
    const about = { client: 'ana', conversation: 'room', text, ordered: true, once: true } as const
    made.note('ana/web', { what: 'send', type: 'invoke', op, ...about })
    return () => made.at(end[0]).note('ana/web', { what: 'send', type: 'ok', op, copies: 1, seq: end[1] })
  }
  const made = (sentMs: number) => {
    const begun = onCluster().subscribes('ana/web', 'sdk')
    if (sentMs > electedMs) takeover(begun)
    else fallsBehind(begun)
    const ends = says(begun.at(sentMs), 1, 'first', [70_000, 2])
    if (sentMs < electedMs) isNoticed(isReplaced(begun))
    const others = says(begun.at(69_000), 2, 'second', [70_000, 1])
    others()
    ends()
    return inEnd(begun.hears('ana/web', 'second', 1).hears('ana/web', 'first', 2), 'second', 'first')
  }
  expect(broken(made(60_500))).not.toContain('reordered')
  expect(broken(made(66_000))).toContain('reordered')
})

describe('those who hear', () => {
  /** Ben has heard `one`, which is kept, and `gone`, which is not. */
  const heard = () => {
    const made = onCluster()
      .subscribes('ben/web')
      .at(10_000)
      .sends(1, 'one', 'ok', { seq: 1 })
      .hears('ben/web', 'one', 1)
    fallsBehind(made).at(60_500).sends(2, 'gone', 'ok', { seq: 2 }).hears('ben/web', 'gone', 2)
    return isNoticed(isReplaced(made)).at(66_000).sends(3, 'two', 'ok', { seq: 2 })
  }
  const anew = (made: HandMade) => made.hears('ben/web', 'one', 1, { epoch: 8, resync: true })
  const all = (made: HandMade) => inEnd(made, 'one', 'two')

  test('are told that their place is gone, and begin anew', () => {
    expect(broken(all(anew(heard()).hears('ben/web', 'two', 2, { epoch: 8 })))).toEqual([])
  })

  test('miss what came in the place of what they had heard, where they are not told', () => {
    expect(broken(all(heard()))).toEqual(['not heard'])
  })

  test('may miss as much where the only node that had seen it died, and nobody noticed', () => {
    const unnoticed = (target: string) => {
      const made = onCluster()
        .subscribes('ben/web')
        .at(10_000)
        .sends(1, 'one', 'ok', { seq: 1 })
        .hears('ben/web', 'one', 1, { epoch: 8 })
      fallsBehind(made).at(60_500).sends(2, 'gone', 'ok', { seq: 2 }).hears('ben/web', 'gone', 2, { epoch: 8 })
      made.at(60_900).note('faults', { what: 'fault', type: 'info', fault: { kind: 'kill', target }, phase: 'begins' })
      return isReplaced(made).at(66_000).sends(3, 'two', 'ok', { seq: 2 })
    }
    expect(broken(all(unnoticed('server-1')))).toEqual([])
    expect(broken(all(unnoticed('alpha-1')))).toEqual(['altered'])
    expect(broken(inEnd(unnoticed('server-1').sends(4, 'three', 'ok', { seq: 3 }), 'one', 'two', 'three'))).toEqual([
      'not heard',
    ])
  })

  test('hear what is gone no more when they were told', () => {
    const made = anew(heard()).hears('ben/web', 'gone', 2, { epoch: 9 }).hears('ben/web', 'two', 2, { epoch: 8 })
    expect(broken(all(made))).toContain('altered')
  })

  test('hear what is gone after they were told of the loss before, until another master is elected', () => {
    const again = (toldMs: number) => {
      const made = redis(redis(heard(), 'one', 66_500, 'started'), 'one', 66_600, 'replica')
      redis(made, 'other', 68_000, 'behind').at(68_500).sends(4, 'late', 'ok', { seq: 3 })
      redis(made, 'other', 69_000, 'dead')
      const hears = () =>
        made
          .at(toldMs)
          .hears('ben/web', 'one', 1, { epoch: 9, resync: true })
          .hears('ben/web', 'two', 2, { epoch: 9 })
          .hears('ben/web', 'late', 3, { epoch: 9 })
      if (toldMs < 73_000) hears()
      redis(made, 'one', 73_000, 'master')
      isNoticed(made, 73_100)
      if (toldMs > 73_000) hears()
      return all(anew(made.at(75_000)).hears('ben/web', 'two', 2, { epoch: 8 }))
    }
    expect(broken(again(69_100))).toEqual([])
    expect(broken(again(73_200))).toEqual(['heard in vain'])
  })

  test('hear nothing that is gone long after it was noticed', () => {
    const made = onCluster().subscribes('ben/web').at(10_000).sends(1, 'one', 'ok', { seq: 1 })
    const late = takeover(made)
      .at(60_000 + 30_000)
      .hears('ben/web', 'gone', 2)
    expect(broken(inEnd(anew(late).sends(2, 'gone', 'info'), 'one'))).toEqual(['heard in vain'])
  })

  test('hear nothing that is gone in the epoch of what is there', () => {
    const made = onCluster().subscribes('ben/web').at(10_000).sends(1, 'one', 'ok', { seq: 1 })
    const early = fallsBehind(made)
      .at(60_500)
      .sends(2, 'gone', 'ok', { seq: 2 })
      .hears('ben/web', 'gone', 2, { epoch: 8 })
    expect(broken(inEnd(anew(isNoticed(isReplaced(early))), 'one'))).toEqual(['heard in vain'])
  })

  test('hear nothing that nobody has said', () => {
    const made = fallsBehind(onCluster().subscribes('ben/web').at(10_000).sends(1, 'one', 'ok', { seq: 1 }))
    const early = made.at(60_500).hears('ben/web', 'made up', 2)
    expect(broken(inEnd(anew(isNoticed(isReplaced(early))), 'one'))).toEqual(['heard in vain'])
  })

  test('hear nothing twice on one line, and everything on the next', () => {
    const made = anew(heard()).hears('ben/web', 'two', 2, { epoch: 8 })
    expect(broken(all(made.hears('ben/web', 'two', 2, { epoch: 8 })))).toEqual(['heard twice'])
  })

  test('hear what is kept in its order after they were told', () => {
    const made = heard().hears('ben/web', 'two', 2, { epoch: 8, resync: true }).hears('ben/web', 'one', 1, { epoch: 8 })
    expect(broken(all(made))).toEqual(['heard out of order'])
  })

  test('hear again on a later connection what they had not acknowledged, also from before they were told', () => {
    const again = (more: { connection: number; dup?: true; epoch?: number }) =>
      all(heard().hears('ben/web', 'two', 2, { resync: true }).hears('ben/web', 'one', 1, more))
    expect(broken(again({ connection: 2, dup: true }))).not.toContain('heard out of order')
    for (const more of [
      { connection: 2 },
      { connection: 1, dup: true as const },
      { connection: 2, dup: true as const, epoch: 8 },
    ])
      expect(broken(again(more))).toContain('heard out of order')
  })

  test('are told no more often than something was lost', () => {
    const made = anew(anew(heard())).hears('ben/web', 'two', 2, { epoch: 8 })
    expect(broken(all(made))).toEqual(['resync'])
    const early = anew(onCluster().subscribes('ben/web').at(10_000).sends(1, 'one', 'ok', { seq: 1 }))
    expect(broken(inEnd(takeover(early), 'one'))).toEqual(['resync'])
  })

  test('may be told of the loss of a conversation that lies elsewhere with what is said in another one', () => {
    const partitions = 16
    const placeOf = (name: string) => partitionOf('acme', name, partitions)
    expect(placeOf('room')).not.toBe(placeOf('ben'))
    const told = (shards: readonly number[]) => {
      const made = takeover(onCluster(shards).subscribes('ben/web').at(10_000))
      const about = { client: 'ben', conversation: 'other', text: 'new', seq: 1, id: 'new', from: 'ana' }
      made.note('checker', { what: 'room', type: 'ok', conversation: 'other', members: ['ana', 'ben'], bots: [] })
      return made.at(70_000).note('ben/web', { what: 'hear', type: 'ok', ...about, connection: 1, resync: true })
    }
    const shardOf = (isOfLost: (partition: number) => boolean) =>
      Array.from({ length: partitions }, (_, each) => (isOfLost(each) ? 0 : 1))
    expect(broken(told(shardOf((each) => each === placeOf('room'))))).not.toContain('resync')
    expect(broken(told(shardOf(() => false)))).toContain('resync')
  })

  test('begin anew without a word where they have MQTT 3.1.1, once for each loss', () => {
    const hears = (made: HandMade, text: string) =>
      made.note('ben/old', { what: 'hear', type: 'ok', client: 'ben', conversation: 'room', text, connection: 1 })
    const said = () =>
      hears(onCluster().subscribes('ben/old', 'session').at(10_000).sends(1, 'one', 'ok', { seq: 1 }), 'one')
    const begun = () => hears(takeover(said()).at(75_000), 'one')
    expect(broken(inEnd(begun(), 'one'))).toEqual([])
    expect(broken(inEnd(hears(begun(), 'one'), 'one'))).toEqual(['heard twice'])
  })
})

describe('what else may be gone', () => {
  test('a history that was read before', () => {
    const reads = (ms: number) => {
      const made = onCluster()
      if (ms < behindMs) made.at(ms).reads(5, { after: 0, limit: 10 }, ['gone'], 1, 1)
      fallsBehind(made).at(60_500).sends(1, 'gone', 'ok', { seq: 1 })
      if (ms < deadMs && ms > behindMs) made.at(ms).reads(5, { after: 0, limit: 10 }, ['gone'], 1, 1)
      isNoticed(isReplaced(made))
      if (ms > deadMs) made.at(ms).reads(5, { after: 0, limit: 10 }, ['gone'], 1, 1)
      return broken(inEnd(made.at(80_000).sends(2, 'new', 'ok', { seq: 1 }), 'new'))
    }
    expect(reads(60_700)).toEqual([])
    expect(reads(10_000)).toEqual(['altered'])
    expect(reads(85_000)).toEqual(['altered'])
  })

  test('what was known of, and not what is kept', () => {
    const made = onCluster().at(10_000).sends(1, 'one', 'ok', { seq: 1 })
    fallsBehind(made).at(60_500).sends(2, 'gone', 'ok', { seq: 2 })
    const after = isNoticed(isReplaced(made)).at(80_000)
    expect(broken(inEnd(after.reads(5, { limit: 10 }, ['one'], 1, 1), 'one'))).toEqual([])
    const stale = onCluster().at(10_000).sends(1, 'one', 'ok', { seq: 1 })
    expect(broken(inEnd(takeover(stale).at(80_000).reads(5, { limit: 10 }, [], 1, 0), 'one'))).toEqual(['stale'])
  })

  test('how far somebody had read', () => {
    const reading = (ms: number) => {
      const made = onCluster()
      const tells = () =>
        made
          .at(ms)
          .note('ben/web', { what: 'receipt', type: 'invoke', op: 1, client: 'ben', conversation: 'room', read: 1 })
          .note('ben/web', { what: 'receipt', type: 'ok', op: 1 })
      if (ms < behindMs) takeover(tells())
      else {
        fallsBehind(made)
        isNoticed(isReplaced(tells()))
      }
      const roster = { conversation: 'room', head: 1, delivered: 0, read: 0, unread: 1 }
      return made
        .at(90_000)
        .has('one')
        .note('checker', { what: 'roster', type: 'ok', client: 'ben', ...roster })
    }
    expect(reading(60_500).broken('receipts')).toEqual([])
    expect(reading(10_000).broken('receipts')).toEqual(['receipt lost'])
  })

  test('who came, which was answered', () => {
    const answered = (ms: number) => {
      const made = onCluster().club(['ana', 'one'])
      if (ms > behindMs) fallsBehind(made)
      made.at(ms).changes(1, 'joined', 'cleo', { members: ['ana', 'ben', 'cleo'], head: 2 })
      return ms > behindMs ? isNoticed(isReplaced(made)) : takeover(made)
    }
    expect(answered(60_500).broken('membership')).toEqual([])
    expect(answered(10_000).broken('membership')).toEqual(['members'])
  })
})
