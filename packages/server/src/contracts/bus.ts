import type { Bus, BusNews } from '../broker/port.js'
import { type Behaviours, type Bench, type ContractKit, contract, same } from './kit.js'

const news = (...clients: string[]): BusNews => ({
  kind: 'inbox',
  vendor: 'acme',
  clients,
  conversation: 'ana~bo',
})

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

const behaviours: Behaviours<Bench<Bus>> = {
  'tells every listener, in the order of publishing': async ({ subject: bus }) => {
    const [one, other] = [listen(bus, 2), listen(bus, 2)]
    bus.publish(news('ana'))
    bus.publish(news('bo'))
    same(await one.all, [news('ana'), news('bo')])
    same(await other.all, [news('ana'), news('bo')])
  },
  'tells a listener nothing after it has stopped': async ({ subject: bus }) => {
    const [one, other] = [listen(bus, 1), listen(bus, 2)]
    bus.publish(news('ana'))
    await one.all
    one.stop()
    one.stop()
    bus.publish(news('bo'))
    await other.all
    same(one.heard, [news('ana')])
  },
  'counts a function that listens twice as two listeners': async ({ subject: bus }) => {
    let calls = 0
    const count = () => {
      calls++
    }
    const stopFirst = bus.subscribe(count)
    bus.subscribe(count)
    const { all } = listen(bus, 2)
    bus.publish(news('ana'))
    stopFirst()
    bus.publish(news('bo'))
    await all
    same(calls, 3)
  },
}

/** What every bus does. */
export const busContract = (kit: ContractKit, open: () => Promise<Bench<Bus>>): void =>
  contract(kit, 'Bus', open, behaviours)
