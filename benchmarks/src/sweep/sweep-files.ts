import type { ProjectFiles } from '../tests/project.js'

export const transports = ['memory', 'tcp', 'process'] as const
export type SweptTransport = (typeof transports)[number]

/** Six in each turn, three of the bot and three of the server; and each flush: of the conversation, of eleven messages, of twelve turns. */
const turnPoints = 72
const flushPoints = 24

export const pointsBy = (transport: SweptTransport): number =>
  transport === 'process' ? turnPoints : turnPoints + flushPoints

export const titleOf = (transport: SweptTransport): string => `an order by ${transport}`

/** A crash sweep over the conversation of twelve turns with which `examples/order` is tested. */
export const sweepFiles = (transport: SweptTransport): ProjectFiles => ({
  written: new Map([['test/sweep.test.ts', textFor(transport)]]),
  copied: new Map([
    ['src/order.ts', 'examples/order/src/order.ts'],
    ['test/twelve-turns.ts', 'examples/order/test/conversations/twelve-turns.ts'],
  ]),
})

const textFor = (transport: SweptTransport): string => `
import { crashSweep } from '@daakia/testing'
import { expect, test } from 'vitest'
import { order } from '../src/order.js'
import { twelveTurns } from './twelve-turns.js'

const modules = [new URL('../src/order.ts', import.meta.url)]

test('${titleOf(transport)}', async () => {
  const { points } = await crashSweep({ bot: order, transport: '${transport}', modules }, twelveTurns)
  expect(points).toBe(${pointsBy(transport)})
}, 600_000)
`
