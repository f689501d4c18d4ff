import { expect, test } from 'vitest'
import { type AnyStateMachine, createMachine } from 'xstate'
import { described } from '../../../src/coverage/described.js'
import { htmlReport } from '../../../src/coverage/reports/html/html.js'

const machine = createMachine({
  id: 'trip',
  initial: 'planning',
  on: { 'cancel<b>': '.over', help: { actions: () => {} } },
  states: {
    planning: {
      type: 'parallel',
      onDone: 'over',
      states: {
        hotel: { initial: 'asking', states: { asking: { on: { go: 'chosen' } }, chosen: { type: 'final' } } },
        flight: {
          initial: 'asking',
          on: { again: '.asking' },
          states: { asking: { on: { back: '#trip.planning', go: 'past' } }, past: { type: 'history' } },
        },
      },
    },
    over: { type: 'final' },
  },
} as never) as unknown as AnyStateMachine

const pageOf = (isReached: (id: string) => boolean): Promise<string> => {
  const { machines, targets } = described(machine)
  const reported = targets.map((target, index) => ({
    target,
    count: isReached(target.id) ? 2 : 0,
    place: { file: 'src/trip.ts', line: index + 1 },
  }))
  return htmlReport({ bot: 'trip-bot', machines, reported })
}

/** The names of what is drawn in a class: those of states, and of transitions the texts beside them. */
const drawn = (page: string, name: string): string[] =>
  [...page.matchAll(new RegExp(`<text class="(?:title|label) ${name}"[^>]*>([^<]*)`, 'g'))].map(([, text = '']) => text)

test('all that was never reached is drawn as such, and nothing else', async () => {
  const page = await pageOf((id) => id !== 'trip: planning.hotel.chosen' && !id.includes(', again'))
  expect(drawn(page, 'missed')).toEqual(['✗ chosen', '✗ again'])
  expect(drawn(page, 'reached')).toEqual(
    expect.arrayContaining(['planning', 'over', 'cancel&lt;b&gt;', '⟲ help', 'onDone']),
  )
  expect(page.match(/class="arrow missed"/g)).toHaveLength(1)
  expect(drawn(await pageOf(() => true), 'missed')).toEqual([])
})

test('each target has a row, and each that is drawn leads to it by a link that says what is told of it', async () => {
  const page = await pageOf((id) => id !== 'trip: over')
  const { targets } = described(machine)
  expect(page.match(/<tr id="t\d+"/g)).toHaveLength(targets.length)
  const links = new Set([...page.matchAll(/<a href="#(t\d+)"/g)].map(([, row]) => row))
  expect(links.size).toBe(targets.length)
  expect(page).toContain('<title>trip: over · never reached · src/trip.ts:7</title>')
  expect(page).toContain('<title>trip: planning · reached 2 times · src/trip.ts:1</title>')
})

test('the page is whole in itself, and what an author writes is no markup', async () => {
  const page = await pageOf(() => false)
  expect(page).not.toMatch(/(?:src|href)="(?!#)/)
  expect(page).not.toContain('https://')
  expect(page).toContain("default-src 'none'")
  expect(page).not.toContain('cancel<b>')
})
