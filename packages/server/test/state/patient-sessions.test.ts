import { expect, test } from 'vitest'
import { StorageError } from '../../src/kv/errors.js'
import { SetbackListeners } from '../../src/kv/setbacks.js'
import { patientSessions } from '../../src/state/sessions/patient.js'
import type { SessionRecord, Sessions } from '../../src/state/sessions/port.js'

const record = (fence: number, messageIds: SessionRecord['messageIds']): SessionRecord =>
  ({
    ...{ name: { vendor: 'acme', client: 'ana', connection: 'phone' }, fence, expiryInterval: 60 },
    ...{ subscriptions: [], received: [], messageIds },
  }) as SessionRecord

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

/** Sessions of a store that takes nothing while it is away. */
const open = () => {
  const stored: SessionRecord[] = []
  let isAway = false
  const waiting: (() => void)[] = []
  const tellBack = () => {
    for (const each of waiting.splice(0)) each()
  }
  const setbacks = new SetbackListeners()
  const store = {
    save: async (each: SessionRecord) => {
      if (isAway) throw new StorageError('away', 'It is away')
      if ((each.fence ?? 0) < (stored.at(-1)?.fence ?? 0)) return false
      stored.push(each)
      return true
    },
  } as unknown as Sessions
  const sessions = patientSessions(store, {
    back: () =>
      new Promise((resolve) => {
        waiting.push(resolve)
      }),
    closing: new AbortController().signal,
    setbacks,
  })
  return {
    ...{ stored, sessions },
    goAway: () => {
      isAway = true
    },
    comeBack: () => {
      isAway = false
    },
    tellBack: () => tellBack(),
    goBack: () => setbacks.wentBack(0),
  }
}

test('what could not be saved while the store was away does not undo what was saved since', async () => {
  const { sessions, stored, goAway, comeBack, tellBack } = open()
  goAway()
  const first = sessions.save(record(1, [[1, 'a']]))
  await nextTurn()
  comeBack()
  const both: SessionRecord['messageIds'] = [
    [1, 'a'],
    [2, 'b'],
  ]
  const second = sessions.save(record(1, both))
  await nextTurn()
  tellBack()
  expect(await Promise.all([first, second])).toEqual([true, true])
  expect(stored.at(-1)?.messageIds).toEqual(both)
})

test('what an earlier connection could not save is not saved when a later one has begun', async () => {
  const { sessions, stored, goAway, comeBack, tellBack } = open()
  goAway()
  const earlier = sessions.save(record(1, [[1, 'a']]))
  await nextTurn()
  comeBack()
  expect(await sessions.save(record(2, []))).toBe(true)
  tellBack()
  expect(await earlier).toBe(false)
  expect(stored.map(({ fence }) => fence)).toEqual([2])
})

test('what a session was sent is not saved where the store has gone back since: it is of what may be gone', async () => {
  const { sessions, stored, goAway, comeBack, tellBack, goBack } = open()
  const sent = { last: 5, unacknowledged: [] }
  goAway()
  const saved = [sessions.save({ ...record(1, []), sent }), sessions.save({ ...record(1, []), sent }, () => true)]
  await nextTurn()
  goBack()
  const other = { vendor: 'acme', client: 'ana', connection: 'laptop' }
  saved.push(sessions.save({ ...record(1, []), name: other as SessionRecord['name'], sent }))
  await nextTurn()
  comeBack()
  for (const _ of saved) {
    tellBack()
    await nextTurn()
  }
  await Promise.all(saved)
  expect(stored.map(({ name, sent }) => [name.connection, sent])).toEqual([
    ['phone', undefined],
    ['phone', undefined],
    ['laptop', { last: 5, unacknowledged: [] }],
  ])
})
