import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FakeServer } from '../support/fake-server.js'
import { medley } from '../support/medley.js'
import { order } from '../support/order.js'

const minute = 60_000

type Step = { says: string } | { waits: number }
const steps = (texts: readonly string[]) =>
  fc.array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...texts).map((says): Step => ({ says })) },
      { weight: 1, arbitrary: fc.constantFrom(10, minute, 10 * minute).map((waits): Step => ({ waits })) },
    ),
    { maxLength: 14 },
  )

/** Plays a conversation; what was said, and the bytes that were stored, turn by turn. */
async function play(server: FakeServer, script: readonly Step[], between: () => Promise<void>) {
  for (const step of script) {
    if ('says' in step) await server.says(step.says)
    else await server.wait(step.waits)
    await between()
  }
  expect(server.failures).toEqual([])
  expect(server.parked).toEqual([])
  return {
    said: server.said,
    stored: server.commits.map(({ state, timers, public: shown }) => JSON.stringify({ state, timers, shown })),
  }
}

test.each([
  ['an order', order, ['hi', 'large', '2', 'many', '12 Hill Road', 'yes', 'change the size', 'cancel', 'help']],
  ['a bit of everything', medley, ['hi', 'ana', 'bo', 'zoë', 'spawn', 'drop', 'cancel', 'x']],
] as const)(
  '%s goes the same way in memory as with a restore for each turn, to the byte',
  async (_, definition, texts) => {
    await fc.assert(
      fc.asyncProperty(steps(texts), async (script) => {
        const hot = new FakeServer(definition)
        const cold = new FakeServer(definition)
        const inMemory = await play(hot, script, async () => {})
        const restored = await play(cold, script, () => cold.restart())
        expect(restored).toEqual(inMemory)
      }),
      { numRuns: 60 },
    )
  },
)
