import { describe, expect, test } from 'vitest'
import { fallsBehind, inEnd, isNoticed, isReplaced, onCluster } from '../support/cluster.js'
import type { HandMade } from '../support/history.js'

const broken = (made: HandMade) => made.broken('messages')

/** By MQTT 3.1.1, which tells the text alone. */
const hears = (made: HandMade, ...texts: string[]) => {
  for (const text of texts)
    made.note('ben/old', { what: 'hear', type: 'ok', client: 'ben', conversation: 'room', text, connection: 1 })
  return made
}

const sends = (made: HandMade, op: number, text: string, copies: number, seq: number) => {
  const about = { client: 'ana', conversation: 'room', text, id: text, ordered: false, once: true }
  made.note('ana/phone', { what: 'send', type: 'invoke', op, ...about })
  return made.note('ana/phone', { what: 'send', type: 'ok', op, copies, seq })
}

const noticed = (made: HandMade) => isNoticed(isReplaced(made))
const begun = () => onCluster().subscribes('ben/old', 'session').at(10_000)
const seesTwo = (made: HandMade, copies = 1) => sends(sends(made, 1, 'one', 1, 1), 2, 'two', copies, 2)
const all = (made: HandMade) => inEnd(made, 'one', 'two')

describe('while it may be told of a loss, MQTT 3.1.1', () => {
  /** And what became of it when its master was replaced. */
  const hearsBackwards = (copies: number, end: (made: HandMade) => HandMade) =>
    broken(all(end(hears(fallsBehind(seesTwo(begun(), copies)).at(60_800), 'two', 'one'))))

  test('hears in order what is there once, as it was put on the wire once', () => {
    expect(hearsBackwards(1, noticed)).toEqual(['heard out of order'])
  })

  test('may have heard what is gone before it was said again with the same text', () => {
    expect(hearsBackwards(2, noticed)).toEqual([])
  })

  test('hears all in order where nothing was found to be gone', () => {
    expect(hearsBackwards(2, isReplaced)).toEqual(['heard out of order'])
  })

  test('may have heard what is gone where nobody was left to find that', () => {
    const fault = { kind: 'kill', target: 'server-1' } as const
    const dies = (made: HandMade) => made.note('faults', { what: 'fault', type: 'info', fault, phase: 'begins' })
    expect(hearsBackwards(2, (made) => isReplaced(dies(made)))).toEqual([])
  })

  test('does not begin anew where nothing was found to be gone', () => {
    const anew = (made: HandMade) => broken(all(hears(made.at(75_000), 'one', 'two')))
    const heard = () => isReplaced(fallsBehind(hears(seesTwo(begun()), 'one', 'two')))
    expect(anew(isNoticed(heard()))).toEqual([])
    expect(anew(heard())).toEqual(['heard twice'])
  })
})
