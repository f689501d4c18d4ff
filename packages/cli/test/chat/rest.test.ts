import { createClient, type TransportEvents } from '@daakia/client-sdk'
import type { BotState, Clock } from '@daakia/protocol'
import { describe, expect, test } from 'vitest'
import { onParked } from '../../src/chat/parked.js'
import { Rest } from '../../src/chat/rest.js'
import { afterwards } from '../support/house.js'

const bytes = (text: string) => new TextEncoder().encode(text)

/** A rest of `parrot`, the far end of its client's connection, and the alarm that ends the silence. */
const scene = async () => {
  let events: TransportEvents | undefined
  const client = createClient({
    identity: 'ana',
    transport: async (heard) => {
      events = heard
      return {
        connection: 'c1',
        publish: async () => {},
        subscribe: async () => [],
        unsubscribe: async () => {},
        close: async () => {},
      }
    },
  })
  afterwards(() => client.close())
  await client.online()
  let ring = () => {}
  const clock: Clock = {
    now: () => 0,
    after: (_, run) => {
      ring = run
      return { cancel: () => {} }
    },
  }
  const rest = new Rest({ client, bot: 'parrot', silenceMs: 30_000, clock })
  afterwards(async () => rest.stop())
  return {
    rest,
    client,
    ring: () => ring(),
    state(state: Partial<BotState>) {
      const full = { value: null, tags: [], accepts: [], processed: 0, revision: 1, head: 0, status: 'ready', ...state }
      const topic = 'daak/conversations/ana~parrot/state/parrot'
      events?.message({ topic, payload: bytes(JSON.stringify(full)) })
    },
    hears(seq: number) {
      const topic = 'daak/conversations/ana~parrot/messages'
      events?.message({ topic, payload: bytes('hi'), userProperties: [['seq', `${seq}`]] })
    },
  }
}

/** Whether it has settled by now. */
const settled = async (promise: Promise<unknown>) => {
  const later = new Promise((resolve) => setImmediate(resolve, 'no'))
  return (await Promise.race([promise.then(() => 'yes'), later])) === 'yes'
}

describe('the rest after a message', () => {
  test('comes when the message is handled and all that was said is heard, in either order', async () => {
    const { rest, state, hears } = await scene()
    const first = rest.after(Promise.resolve({ seq: 1 }))
    state({ processed: 1, head: 3 })
    hears(2)
    expect(await settled(first)).toBe(false)
    hears(3)
    await first
    const second = rest.after(Promise.resolve({ seq: 4 }))
    hears(5)
    expect(await settled(second)).toBe(false)
    state({ processed: 4, head: 5 })
    await second
  })

  test('does not come from a bot that is in the midst of a turn', async () => {
    const { rest, hears, state } = await scene()
    const resting = rest.after(Promise.resolve({ seq: 1 }))
    hears(2)
    state({ processed: 1, head: 2, status: 'working' })
    expect(await settled(resting)).toBe(false)
    state({ processed: 1, head: 2, status: 'ready' })
    await resting
  })

  test('comes at once where there was no message', async () => {
    await (await scene()).rest.after(Promise.resolve(undefined))
  })

  test('does not come when nothing is heard for too long', async () => {
    const { rest, ring } = await scene()
    const silent = rest.after(Promise.resolve({ seq: 1 }))
    ring()
    await expect(silent).rejects.toThrow('parrot was silent for 30 s. Is it running?')
  })

  test('does not come from a bot whose state is parked, which the reason says', async () => {
    const { rest, ring, state } = await scene()
    const silent = rest.after(Promise.resolve({ seq: 1 }))
    state({ status: 'parked' })
    ring()
    await expect(silent).rejects.toThrow('its stored state does not fit its code')
  })

  test('does not come after a message that was not sent', async () => {
    const { rest } = await scene()
    await expect(rest.after(Promise.reject(new Error('refused')))).rejects.toThrow('refused')
  })
})

test('a bot that gets parked is told of once, with what to do', async () => {
  const { client, state } = await scene()
  const told: string[] = []
  const stop = onParked({ client, bot: 'parrot' }, (text) => told.push(text))
  for (const status of ['ready', 'parked', 'parked', 'ready', 'parked'] as const) state({ status })
  expect(told).toEqual(Array(2).fill(expect.stringMatching(/anew: daakia parked drop ana~parrot parrot$/)))
  stop()
})
