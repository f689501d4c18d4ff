import { expect, test } from 'vitest'
import type { Occupation } from '../../src/connection-manager/index.js'
import { sendAway } from '../../src/connection-manager/send-away.js'
import { ManualClock } from '../support/manual-clock.js'

const soon = () => new Promise<void>((resolve) => setImmediate(resolve))

class Guest {
  closed = false
  constructor(
    readonly name: string,
    public occupation: Occupation | undefined = undefined,
  ) {}
}

const guests = (count: number) => Array.from({ length: count }, (_, i) => new Guest(`person-${i}`))

/** Sends them away; `after` lets time pass, and answers who was told to go by then. */
const begin = (all: readonly Guest[], terms: { spreadMs?: number; patienceMs?: number } = {}) => {
  const clock = new ManualClock()
  const told: string[] = []
  let stop = () => {}
  const until = new Promise<void>((resolve) => {
    stop = resolve
  })
  const dismiss = ({ name }: Guest) => told.push(name)
  const over = sendAway(all, { ...{ spreadMs: 10_000, patienceMs: 10_000, clock, dismiss }, ...terms }, until)
  const after = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 50) {
      await soon()
      clock.advance(50)
    }
    await soon()
    return told
  }
  return { after, over, told, stop }
}

test('many go over the time that is given, evenly', async () => {
  const { after, over } = begin(guests(20_000), { spreadMs: 10_000 })
  expect((await after(1_000)).length).toBe(2_100)
  expect((await after(4_000)).length).toBe(10_100)
  expect((await after(4_950)).length).toBe(20_000)
  await over
})

test('few go sooner, a hundred a second', async () => {
  const { after, over } = begin(guests(50), { spreadMs: 10_000 })
  expect((await after(200)).length).toBe(25)
  expect((await after(250)).length).toBe(50)
  await over
})

test('those that take work go first, and who is busy goes when it is free', async () => {
  const [busy, bot] = [new Guest('busy', 'busy'), new Guest('bot', 'serves')]
  const { after, over, told } = begin([...guests(3), busy, bot])
  expect(await after(1_000)).toEqual(['bot', 'person-0', 'person-1', 'person-2'])
  busy.occupation = 'serves'
  await after(50)
  expect(told.at(-1)).toBe('busy')
  await over
})

test('nobody is waited for longer than is said', async () => {
  const { after, over } = begin([new Guest('busy', 'busy')], { patienceMs: 3_000 })
  expect(await after(2_900)).toEqual([])
  expect(await after(150)).toEqual(['busy'])
  await over
})

test('who has gone by itself is told nothing, and nobody is when there is no more time', async () => {
  const [gone, ...others] = guests(30) as [Guest, ...Guest[]]
  gone.closed = true
  const { over, told, stop } = begin([gone, ...others])
  stop()
  await over
  expect(told).toEqual(['person-1', 'person-2', 'person-3', 'person-4', 'person-5'])
})
