import type { Bus, BusNews } from '../broker/port.js'
import { type Behaviours, type Bench, type ContractKit, contract, same } from './kit.js'

/** A bus as two nodes of one server have it. */
export interface BusBench extends Bench<Bus> {
  /** As another node has it; where there is but one node, the subject itself. */
  other: Bus
}

const news = (...clients: string[]): BusNews => ({
  kind: 'inbox',
  vendor: 'acme',
  clients,
  conversation: 'ana~bo',
})

const seat = { vendor: 'acme', conversation: 'ana~bo' }

/** One of each kind that is more than names. */
const everything: readonly BusNews[] = [
  news('ana', 'bo'),
  {
    ...{ kind: 'inbox', ...seat, clients: ['ana', 'bo'] },
    said: {
      ...{ seq: 7, places: [12, 0] },
      message: {
        ...{ seq: 7, from: 'ana', id: 'a1', at: 1_767_268_800_000, type: 'text', payload: Buffer.from([0, 255, 10]) },
        ...{ contentType: 'text/plain', plain: 'héllo', properties: [['a', 'b']] },
        mqtt: { payloadFormatIndicator: 1, correlationData: Buffer.from([1]) },
      },
    },
  },
  {
    kind: 'signal',
    signal: {
      ...{ ...seat, from: 'ana', connection: 'phone', payload: Uint8Array.from([0, 255, 10]), plain: 'héllo' },
      properties: { contentType: 'text/plain', correlationData: Uint8Array.from([1]), userProperties: [['a', 'b']] },
    },
  },
  {
    kind: 'members',
    ...seat,
    members: ['ana', 'bo'],
    joined: ['bo'],
    left: [],
    closed: false,
    seq: 2,
    at: 1,
    unseated: ['bo'],
  },
  { kind: 'handoff', ...seat, bots: ['bo'], woken: [], unseated: ['bo'] },
]

/** Collects what a listener hears, and resolves when it has heard so many. */
const listen = (bus: Bus, count: number) => {
  const heard: BusNews[] = []
  let stop = () => {}
  const all = new Promise<BusNews[]>((resolve) => {
    stop = bus.subscribe((each) => {
      heard.push(each)
      if (heard.length === count) resolve(heard)
    })
  })
  return { heard, all, stop: () => stop() }
}

const behaviours: Behaviours<BusBench> = {
  'tells who listens on the same node at once': async ({ subject: bus }) => {
    const { heard } = listen(bus, 2)
    bus.publish(news('ana'))
    same(heard, [news('ana')])
    bus.publish(news('bo'))
    same(heard, [news('ana'), news('bo')])
  },
  'tells every listener of every node, once, in the order of publishing': async ({ subject: bus, other }) => {
    const listeners = [listen(bus, 3), listen(bus, 3), listen(other, 3), listen(other, 3)]
    for (const client of ['ana', 'bo', 'cem']) bus.publish(news(client))
    for (const { all } of listeners) same(await all, [news('ana'), news('bo'), news('cem')])
    const later = listen(other, 1)
    bus.publish(news('dan'))
    same(await later.all, [news('dan')])
    for (const { heard } of listeners) same(heard.length, 4)
  },
  'brings news to another node as they are': async ({ subject: bus, other }) => {
    const { all } = listen(other, everything.length)
    for (const each of everything) bus.publish(each)
    same(await all, everything)
  },
  'tells a listener nothing after it has stopped': async ({ subject: bus, other }) => {
    const [here, there] = [listen(bus, 1), listen(other, 1)]
    const later = [listen(bus, 2), listen(other, 2)]
    bus.publish(news('ana'))
    for (const { all, stop } of [here, there]) {
      await all
      stop()
      stop()
    }
    bus.publish(news('bo'))
    for (const { all } of later) await all
    same([here.heard, there.heard], [[news('ana')], [news('ana')]])
  },
  'counts a function that listens twice as two listeners': async ({ subject: bus, other }) => {
    let calls = 0
    const count = () => {
      calls++
    }
    const stopFirst = other.subscribe(count)
    other.subscribe(count)
    const first = listen(other, 1)
    const { all } = listen(other, 2)
    bus.publish(news('ana'))
    await first.all
    stopFirst()
    bus.publish(news('bo'))
    await all
    same(calls, 3)
  },
}

/** What every bus does. */
export const busContract = (kit: ContractKit, open: () => Promise<BusBench>): void =>
  contract(kit, 'Bus', open, behaviours)
