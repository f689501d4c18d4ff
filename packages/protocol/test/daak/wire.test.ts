import { CommitTurn, Committed, ReadHistory, RpcAnswer, RpcCode, TurnNotice } from '@daakia/protocol'
import { describe, expect, it } from 'vitest'

const work = { now: 1, events: [], timers: [{ id: 'reminder', due: 2 }] }
const lease = {
  type: 'lease',
  fence: '1',
  members: ['ana', 'bot'],
  durationMs: 1,
  longestMs: 2,
  attempt: 1,
  revision: 0,
  commitId: null,
  processed: 0,
  state: null,
  ...work,
}

describe('A notice on daak/turns', () => {
  it('is a lease or a push', () => {
    expect(TurnNotice.parse(lease)).toEqual(lease)
    expect(TurnNotice.parse({ type: 'push', fence: '1', ...work })).toEqual({ type: 'push', fence: '1', ...work })
    expect(TurnNotice.safeParse({ ...lease, type: 'gift' }).success).toBe(false)
  })
})

describe('A commit', () => {
  const commit = {
    conversation: 'ana~bot',
    fence: '1',
    commitId: 'c',
    revision: 0,
    processed: 1,
    state: { any: ['thing'] },
    messages: [{ type: 'text', payload: 'Welcome.', encoding: 'utf8' }],
    timers: { set: [{ id: 'reminder', delayMs: 600_000 }], cancel: [] },
    public: { value: 'asking', tags: [], accepts: ['message'] },
  }

  it('is taken whole', () => expect(CommitTurn.parse(commit)).toEqual(commit))

  it.each([
    ['an empty commit id', { commitId: '' }],
    ['a commit id of 65 letters', { commitId: 'c'.repeat(65) }],
    ['a delay below 0', { timers: { set: [{ id: 'reminder', delayMs: -1 }], cancel: [] } }],
    ['a fractional revision', { revision: 0.5 }],
  ])('is refused with %s', (_what, change) => {
    expect(CommitTurn.safeParse({ ...commit, ...change }).success).toBe(false)
  })

  it('is answered with what waits next, or with the lease released', () => {
    expect(Committed.parse({ revision: 1, head: 2 })).not.toHaveProperty('more')
    expect(Committed.parse({ revision: 1, head: 2, more: work }).more).toEqual(work)
  })
})

describe('An answer to a call', () => {
  it('is a result or an error', () => {
    expect(RpcAnswer.parse({ result: null })).toEqual({ result: null })
    const error = { code: RpcCode.Conflict, message: 'The lease is gone' }
    expect(RpcAnswer.parse({ error })).toEqual({ error })
    expect(RpcAnswer.safeParse({}).success).toBe(false)
  })
})

describe('A request for history', () => {
  it.each([{ limit: 0 }, { limit: 1001 }, { after: -1 }, { before: 0 }, { since: -1 }])(
    'is refused with %j',
    (change) => {
      expect(ReadHistory.safeParse({ conversation: 'room', ...change }).success).toBe(false)
    },
  )
})
