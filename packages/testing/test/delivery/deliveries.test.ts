import { describe, expect, test } from 'vitest'
import type { Delivered } from '../../src/delivery/anomaly.js'
import {
  type Applied,
  type Deliveries,
  type Heard,
  notExactlyOnce,
  outOfOrder,
  type Sent,
} from '../../src/delivery/deliveries.js'
import { differences } from '../../src/delivery/difference.js'

const entry = (seq: number, from: string, text: string): Delivered => ({ seq, id: `${from}-${seq}`, from, text })
const journal = [entry(1, 'ana', 'hi'), entry(2, 'echo', 'Hello.'), entry(3, 'ana', 'one'), entry(4, 'echo', 'One.')]
const [hi, hello, one, answer] = journal as [Delivered, Delivered, Delivered, Delivered]
const commit = (revision: number, processed: number, of: Partial<Applied> = {}): Applied => ({
  ...{ bot: 'echo', conversation: 'talk', commitId: `c${revision}-${processed}`, revision, processed },
  checkpoint: undefined,
  ...of,
})

const sentByAna = ({ seq, text }: Delivered): Sent => ({
  ...{ person: 'ana', device: 'ana', conversation: 'talk' },
  ...{ seq, text },
})

/** All as it should be, but for what is given. */
const deliveries = ({ entries = journal, heard = journal, ...changes }: Given = {}): Deliveries => ({
  journals: new Map([['talk', entries]]),
  heard: [{ user: 'ana', conversation: 'talk', since: heard.length < 3 ? 2 : 0, messages: heard, isAway: false }],
  sent: [hi, one].map(sentByAna),
  unacknowledged: [],
  acknowledged: [hi, one].map(({ id, text }) => ({ user: 'ana', conversation: 'talk', id, text })),
  applied: [commit(0, 1), commit(1, 3)],
  ...changes,
})
interface Given extends Partial<Omit<Deliveries, 'heard'>> {
  entries?: readonly Delivered[]
  heard?: readonly Delivered[]
}

describe('what was delivered', () => {
  test('is right where nothing is wrong with it', () => {
    expect(notExactlyOnce(deliveries())).toEqual([])
    expect(outOfOrder(deliveries())).toEqual([])
  })

  test('may be stored where no answer has come yet', () => {
    const entries = [...journal, { ...one, seq: 5, id: 'anew' }]
    const unacknowledged = [{ person: 'ana', conversation: 'talk' }]
    expect(notExactlyOnce(deliveries({ entries, heard: entries, unacknowledged }))).toEqual([])
  })

  test('may still come to who is away, but for what came before', () => {
    const [mine] = deliveries().heard as [Heard]
    const away = (messages: readonly Delivered[]) =>
      notExactlyOnce({ ...deliveries(), heard: [{ ...mine, messages, isAway: true }] })
    expect(away([hi, hello])).toEqual([])
    expect(away([hi, one]).map(({ text }) => text)).toEqual(['ana has not heard message 2, echo: "Hello.", in talk'])
  })

  test('may have begun before somebody came', () => {
    expect(notExactlyOnce(deliveries({ heard: [one, answer] }))).toEqual([])
  })

  test.each<[string, Given, string]>([
    [
      'stored nowhere',
      { entries: [hi, hello, answer] },
      'lost: "one" of ana, which the server has acknowledged, is not in talk',
    ],
    [
      'stored nowhere, and another has its number',
      { entries: [hi, hello, { ...one, id: 'another' }, answer] },
      'lost: "one" of ana, which the server has acknowledged, is not in talk',
    ],
    [
      'heard, and stored otherwise',
      { entries: [hi, hello, one, { ...answer, text: 'Two.' }] },
      'lost: ana has heard message 4, echo: "One.", which is not in talk',
    ],
    ['heard by nobody', { heard: [hi, hello, one] }, 'lost: ana has not heard message 4, echo: "One.", in talk'],
    [
      'stored twice',
      { entries: [...journal, { ...answer, seq: 5 }], heard: journal },
      'doubled: talk has message 5, echo: "One." a second time',
    ],
    [
      'stored twice under two ids',
      { entries: [...journal, { ...one, seq: 5, id: 'anew' }], heard: [...journal, { ...one, seq: 5 }] },
      'doubled: talk has message 5, ana: "one", which was said once',
    ],
    ['heard twice', { heard: [...journal, one] }, 'doubled: ana has heard message 3, ana: "one" twice, in talk'],
    ['handled twice', { applied: [commit(0, 1), commit(1, 3), commit(1, 3, { commitId: 'again' })] }, handledTwice()],
  ])('is found where it is %s', (_, given, wanted) => {
    expect(notExactlyOnce(deliveries(given)).map(({ kind, text }) => `${kind}: ${text}`)).toContain(wanted)
  })

  test.each<[string, Given, string]>([
    [
      'heard in another order',
      { heard: [hi, one, hello, answer] },
      'reordered: ana has heard message 2, echo: "Hello." after message 3, in talk',
    ],
    [
      'stored in another order than it was sent',
      { sent: [one, hi].map(sentByAna) },
      'reordered: what ana sent after message 3 of talk became message 1',
    ],
    [
      'handled from a state that was not the newest',
      { applied: [commit(0, 1), commit(1, 3), commit(1, 4)] },
      'stale: echo has handled message 4 of talk from revision 1, after which another turn was stored',
    ],
  ])('is found where it is %s', (_, given, wanted) => {
    expect(outOfOrder(deliveries(given)).map(({ kind, text }) => `${kind}: ${text}`)).toEqual([wanted])
  })

  test('is handled once where the same commit was sent twice, and where a turn was committed in its midst', () => {
    expect(notExactlyOnce(deliveries({ applied: [commit(0, 1), commit(0, 1)] }))).toEqual([])
    const inTheMidst = [commit(0, 1, { checkpoint: true }), commit(1, 1)]
    expect(notExactlyOnce(deliveries({ applied: inTheMidst }))).toEqual([])
  })
})

function handledTwice(): string {
  return 'doubled: echo has handled message 3 of talk twice'
}

describe('what is said otherwise than it was', () => {
  const told = (entries: readonly Delivered[]) =>
    differences(new Map([['talk', entries]]), new Map([['talk', journal]])).map(({ kind, text }) => `${kind}: ${text}`)

  test('is nothing where everybody says the same, whoever is first', () => {
    expect(told([hi, one, hello, answer])).toEqual([])
  })

  test.each([
    ['lost', [hi, hello, one], 'echo has not said "One." in talk'],
    ['doubled', [...journal, entry(5, 'echo', 'One.')], 'echo said 2 times, and not once, "One." in talk'],
    ['stale', [...journal, entry(5, 'echo', 'Two.')], 'echo would not have said "Two." in talk'],
    ['reordered', [hi, answer, one, hello], 'echo said in another order "One." in talk'],
  ])('%s', (kind, entries, text) => {
    expect(told(entries)).toEqual([`${kind}: ${text}`])
  })
})
