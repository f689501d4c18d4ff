import { expect, test } from 'vitest'
import { type Participant, Restless, type RestOptions, settled } from '../../src/scene/rest.js'

const server = { rest: () => Promise.resolve() }
const nobody = (): Participant[] => []
const options = (given: Partial<RestOptions>): RestOptions => ({
  server,
  traffic: { count: 0 },
  participants: nobody,
  stuckAfterMs: 5_000,
  ...given,
})

test('nothing is at rest while packets travel', async () => {
  const traffic = { count: 0 }
  const rest = () => {
    if (traffic.count < 3) traffic.count += 1
    return Promise.resolve()
  }
  await settled(options({ traffic, server: { rest } }))
  expect(traffic.count).toBe(3)
})

test('nothing is at rest while somebody is busy', async () => {
  const work = ['connecting', 'hearing']
  await settled(options({ participants: () => [{ busyWith: () => work.shift() }] }))
  expect(work).toEqual([])
})

test('who is busy for ever is not waited for', async () => {
  const participants = () => [{ busyWith: () => 'dreaming' }]
  await expect(settled(options({ participants, stuckAfterMs: 10 }))).rejects.toThrow(Restless)
})

test('a server that never rests is not waited for', async () => {
  const never = { rest: () => new Promise<void>(() => {}) }
  await expect(settled(options({ server: never, stuckAfterMs: 10 }))).rejects.toThrow(Restless)
})
