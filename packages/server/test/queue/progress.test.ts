import { expect, test } from 'vitest'
import type { QueueStanding } from '../../src/inbox/queue/port.js'
import { Progress } from '../../src/inbox/queue/progress.js'

const standing = (handled: QueueStanding['handled'] = new Map()): QueueStanding => ({
  ...{ floor: 0, handled, failures: [], again: [] },
})

/** Another conversation, whose first message is not handled, keeps the floor where it is. */
const held = (from = standing()) => {
  const progress = new Progress(from)
  progress.scan('other', { seq: 1, offset: 1 })
  return progress
}

const old = [6, 7, 8].map((seq) => ({ seq, offset: seq - 4 }))
const anew = [6, 7, 8].map((seq) => ({ seq, offset: seq - 1, line: 1 }))
const [first, ...others] = anew as [(typeof anew)[0], ...typeof anew]

test('what is handled of what is lost does not count for what has come in its place', () => {
  const progress = held(standing(new Map([['team', { seq: 5 }]])))
  for (const item of old) expect(progress.scan('team', item)).toBe(true)
  expect(progress.scan('team', first)).toBe(true)
  for (const item of old) progress.handled('team', item)
  expect(progress.takeChange()?.handled).toEqual(new Map([['team', { seq: 8 }]]))
  for (const item of others) expect(progress.scan('team', item)).toBe(true)
})

test('what was handled on the newest line is not handled again, whoever goes on with the queue', () => {
  const progress = held(standing(new Map([['team', { seq: 8 }]])))
  for (const item of anew) {
    expect(progress.scan('team', item)).toBe(true)
    progress.handled('team', item)
  }
  const handled = progress.takeChange()?.handled
  expect(handled).toEqual(new Map([['team', { seq: 8, line: 1 }]]))
  const next = held(standing(handled))
  for (const item of [...old, ...anew]) expect(next.scan('team', item)).toBe(false)
  expect(next.scan('team', { seq: 9, offset: 8, line: 1 })).toBe(true)
})

test('what was handled and is lost is forgotten when the floor is past what has come in its place', () => {
  const progress = held(standing(new Map([['team', { seq: 8 }]])))
  progress.scan('team', first)
  progress.handled('other', { seq: 1, offset: 1 })
  expect(progress.takeChange()?.forget).toEqual([])
  progress.handled('team', first)
  expect(progress.takeChange()?.forget).toEqual(['team'])
})
