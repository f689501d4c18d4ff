import { describe, expect, test } from 'vitest'
import { fallsBehind, inEnd, isReplaced, onCluster } from '../support/cluster.js'
import type { HandMade } from '../support/history.js'

const broken = (made: HandMade) => made.broken('messages')

const leads = (made: HandMade, device: string, node: string) => made.note(device, { what: 'leads', type: 'info', node })
const dies = (made: HandMade, target: string, ms: number) =>
  made.at(ms).note('faults', { what: 'fault', type: 'info', fault: { kind: 'kill', target }, phase: 'begins' })

/** Ana, who is at the first node, is acknowledged what is gone then. Ben, who is at the second one, has heard it. */
const heard = (end: 'ok' | 'info' = 'ok', before = (made: HandMade) => made) => {
  const made = leads(leads(onCluster().at(5_000), 'ana/phone', 'server-1'), 'ben/web', 'server-2')
  made.subscribes('ben/web').at(10_000).sends(1, 'one', 'ok', { seq: 1 }).hears('ben/web', 'one', 1, { epoch: 8 })
  return fallsBehind(before(made))
    .at(60_500)
    .sends(2, 'gone', end, { seq: 2, ordered: false })
    .hears('ben/web', 'gone', 2, { epoch: 8 })
}
/** Nobody notices, and Ben does not hear what comes in its place. */
const goesOn = (made: HandMade, ms = 66_000) => made.at(ms).sends(3, 'two', 'ok', { seq: 2 })
const all = (made: HandMade) => inEnd(made, 'one', 'two')

describe('where nobody notices a loss, what came in the place of what is gone may be missed', () => {
  test('where the node died that had written it', () => {
    const made = leads(isReplaced(dies(heard(), 'server-1', 60_900)), 'ana/phone', 'server-3')
    expect(broken(all(goesOn(made)))).toEqual([])
  })

  test('and not where that lives, whoever else died', () => {
    expect(broken(all(goesOn(isReplaced(dies(heard(), 'server-2', 60_900)))))).toEqual(['altered'])
  })

  test('where nobody knows who wrote it, and any node died', () => {
    expect(broken(all(goesOn(isReplaced(dies(heard('info'), 'server-2', 60_900)))))).toEqual([])
    expect(broken(all(goesOn(isReplaced(heard('info')))))).toEqual(['altered'])
  })

  test('and not where it died before it had written it', () => {
    const early = heard('ok', (made) => dies(made, 'server-1', 59_100))
    expect(broken(all(goesOn(isReplaced(early))))).toEqual(['altered'])
  })

  test('where it died long after another master was elected, and had not written there before', () => {
    const made = leads(isReplaced(heard()), 'ana/phone', 'server-3')
    expect(broken(all(dies(goesOn(made), 'server-1', 70_000)))).toEqual([])
  })

  test('and not where it had', () => {
    expect(broken(all(dies(goesOn(isReplaced(heard())), 'server-1', 70_000)))).toEqual(['altered'])
  })
})
