import { partitionOf } from '@daakia/server'
import { describe, expect, test } from 'vitest'
import { describe as tell } from '../../src/report/verdict.js'
import { inEnd, onCluster, redis } from '../support/cluster.js'
import type { HandMade } from '../support/history.js'

const broken = (made: HandMade) => made.broken('messages')

/** A replica has to have what is written. */
const onAwaited = (partitions?: readonly number[]) => onCluster(partitions, 1)

const electedMs = 64_000
/** When the master, which has stood still, learns that it was replaced. */
const knownMs = 65_100
const setbackMs = 66_000

const standsStill = (made: HandMade) => redis(redis(made, 'one', 60_000, 'stopped'), 'other', electedMs, 'master')
const goesOn = (made: HandMade) => redis(made, 'one', 65_000, 'continued')
const knows = (made: HandMade) => redis(made, 'one', knownMs, 'replica')
const setback = (made: HandMade, ms = setbackMs, partition = 0) =>
  made.at(ms).note('server-1', { what: 'setback', type: 'info', partition, commits: 1 })

/** Ben has heard `one`, which is kept. */
const begun = (made = onAwaited()) =>
  made.subscribes('ben/web').at(10_000).sends(1, 'one', 'ok', { seq: 1 }).hears('ben/web', 'one', 1, { epoch: 7 })

/** And `gone`, which the master took when it was replaced already; what became of that, its sender was told so. */
const hasHeard = (end: 'ok' | 'info', made?: HandMade) => {
  const going = goesOn(standsStill(begun(made))).at(65_050)
  return knows(
    going.sends(2, 'gone', end, { ordered: false, ...(end === 'ok' && { seq: 2 }) }).hears('ben/web', 'gone', 2),
  )
}

const anew = (made: HandMade, ms = 67_000) => made.at(ms).hears('ben/web', 'one', 1, { epoch: 8, resync: true })
/** What came in the place of what is gone. */
const goesOnWith = (made: HandMade) =>
  made.at(70_000).sends(3, 'two', 'ok', { seq: 2 }).hears('ben/web', 'two', 2, { epoch: 8 })
const all = (made: HandMade) => inEnd(goesOnWith(made), 'one', 'two')

describe('where replicas have to have what is acknowledged', () => {
  test('what nobody was acknowledged may be heard, and be gone when that was written down', () => {
    const made = all(anew(setback(hasHeard('info'))))
    expect(broken(made)).toEqual([])
    expect(tell(made.verdict('messages'))).toContain('1 setbacks noticed, of 1 commits that nobody was acknowledged')
  })

  test('it may not where nobody has written that down', () => {
    expect(broken(all(anew(hasHeard('info'))))).toEqual(['resync', 'altered'])
  })

  test('it may not where no master was replaced', () => {
    const heard = begun().at(65_050).sends(2, 'gone', 'info').hears('ben/web', 'gone', 2)
    expect(broken(all(anew(setback(heard))))).toEqual(['resync', 'altered'])
  })

  test('it may not where the place was taken by one that was asked to and had everything', () => {
    const asked = redis(redis(begun(), 'other', 64_000, 'asked'), 'other', 64_100, 'master')
    const heard = knows(asked.at(64_050).sends(2, 'gone', 'info').hears('ben/web', 'gone', 2))
    expect(broken(all(anew(setback(heard))))).toEqual(['resync', 'altered'])
  })

  test('it may not where the setback is one of another partition', () => {
    const roomIn = partitionOf('acme', 'room', 16)
    const told = (partition: number) =>
      broken(all(anew(setback(hasHeard('info', onAwaited(Array(16).fill(0))), setbackMs, partition))))
    expect(told(roomIn)).not.toContain('altered')
    expect(told((roomIn + 1) % 16)).toContain('altered')
  })

  test('what was acknowledged is lost all the same', () => {
    expect(broken(all(anew(setback(hasHeard('ok')))))).toContain('lost')
  })

  test('what was acknowledged is misplaced where it is somewhere else', () => {
    const elsewhere = goesOnWith(anew(setback(hasHeard('ok')))).hears('ben/web', 'gone', 3, { epoch: 8 })
    expect(broken(inEnd(elsewhere, 'one', 'two', 'gone'))).toContain('misplaced')
  })

  test('what was in doubt, and is said again, comes where it is taken then', () => {
    const again = goesOnWith(anew(setback(hasHeard('info'))))
      .sends(4, 'gone', 'ok', { seq: 3, ordered: false })
      .hears('ben/web', 'gone', 3, { epoch: 8 })
    expect(broken(inEnd(again, 'one', 'two', 'gone'))).toEqual([])
  })

  test('nothing is heard of it after the resync', () => {
    const late = anew(setback(hasHeard('info'))).hears('ben/web', 'gone', 2, { epoch: 8 })
    expect(broken(all(late))).toContain('altered')
  })

  test('a resync is told once for each setback that was written down before', () => {
    expect(broken(all(anew(anew(setback(hasHeard('info'))))))).toEqual(['resync'])
    expect(broken(all(anew(anew(setback(setback(hasHeard('info')))))))).toEqual([])
    expect(broken(all(setback(anew(hasHeard('info'), electedMs + 2_000), 69_000)))).toContain('resync')
  })

  test.each(['server-1', 'server-1/redis-2'])('it may be told before that is known, where %s stood still', (target) => {
    const fault = target.includes('/')
      ? ({ kind: 'stall', target, direction: 'down' } as const)
      : ({ kind: 'pause', target } as const)
    const holds = (made: HandMade, ms: number, phase: 'begins' | 'ends') =>
      made.at(ms).note('faults', { what: 'fault', type: 'info', fault, phase })
    const held = anew(holds(hasHeard('info'), 66_500, 'begins'))
    expect(broken(all(setback(holds(held, 69_000, 'ends'), 69_100)))).toEqual([])
  })
})
