import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type House, openHouse } from '../../support/house.js'
import { bothVersions } from '../support.js'
import { SteadyClient } from './steady-client.js'

/** What may happen, in any order. */
const happenings = ['say', 'publisher handles', 'subscriber handles', 'publisher loses', 'subscriber loses'] as const

interface Event {
  what: (typeof happenings)[number] | 'server restarts'
  /** Messages or packets. */
  count: number
}

const events: fc.Arbitrary<Event[]> = fc.array(
  fc.record({
    what: fc.constantFrom<Event['what']>(...happenings, 'server restarts'),
    count: fc.integer({ min: 0, max: 5 }),
  }),
  // Long ones: much has to come together before anything can go wrong.
  { minLength: 20, maxLength: 50, size: 'max' },
)

describe.each(bothVersions)('4.3 Whatever breaks in $name, in any order,', ({ kept }) => {
  /** Says one message after another while all this happens; answers what was said and what was heard. */
  const play = async (script: readonly Event[], qos: 1 | 2) => {
    let server: House = await openHouse({ accountLimits: { perConnection: { inflight: 5 } } })
    const publisher = new SteadyClient(() => server.connect('ben', kept), qos)
    const subscriber = new SteadyClient(() => server.connect('ana', kept), qos)
    await subscriber.subscribe()
    const said: string[] = []
    const happens: Record<Event['what'], (count: number) => Promise<unknown>> = {
      async say(count) {
        for (let i = 0; i < count; i++) await publisher.say(said[said.push(String(said.length)) - 1] ?? '')
      },
      'publisher handles': (count) => publisher.handle(count),
      'subscriber handles': (count) => subscriber.handle(count),
      'publisher loses': (count) => publisher.lose(count),
      'subscriber loses': (count) => subscriber.lose(count),
      async 'server restarts'() {
        server = await server.restart()
        await Promise.all([publisher.forget(), subscriber.forget()])
      },
    }
    for (const { what, count } of script) await happens[what](count)
    await settled(publisher, subscriber)
    await server.close()
    return { said, heard: subscriber.heard }
  }

  it('(4.3.3) every message of QoS 2 is heard exactly once, in order', async () => {
    await fc.assert(
      fc.asyncProperty(events, async (script) => {
        const { said, heard } = await play(script, 2)
        expect(heard).toEqual(said)
      }),
      { numRuns: 30 },
    )
  })

  it('(4.3.2) every message of QoS 1 is heard at least once, in order', async () => {
    await fc.assert(
      fc.asyncProperty(events, async (script) => {
        const { said, heard } = await play(script, 1)
        expect([...new Set(heard)]).toEqual(said)
      }),
      { numRuns: 30 },
    )
  })
})

/** Everything that is on its way arrives; an end that never comes is an error. */
const settled = async (...clients: SteadyClient[]): Promise<void> => {
  for (let quiet = 0, rounds = 0; quiet < 2; rounds++) {
    if (rounds > 1_000) throw new Error('Something is on its way for ever')
    let handled = 0
    for (const each of clients) handled += await each.handle()
    quiet = handled > 0 || clients.some(({ idle }) => !idle) ? 0 : quiet + 1
  }
}
