import { describe, expect, test } from 'vitest'
import { history } from '../support/history.js'

const broken = (made: ReturnType<typeof history>) => made.broken('receipts')
const end = { conversation: 'room', head: 3, delivered: 2, read: 2, unread: 1 }

/** Ana has said three things in the room; ben tells that it has read two, and is told what came of it. */
const reading = (answer: 'ok' | 'info', final: Partial<typeof end> = {}) =>
  history()
    .note('ben/web', { what: 'receipt', type: 'invoke', op: 1, client: 'ben', conversation: 'room', read: 2 })
    .note('ben/web', { what: 'receipt', type: answer, op: 1 })
    .has('one', 'two', 'three')
    .note('checker', { what: 'roster', type: 'ok', client: 'ben', ...end, ...final })

const told = (read: number) =>
  ({ what: 'told-receipt', type: 'ok', about: 'ben', conversation: 'room', delivered: 2, read }) as const

describe('a receipt', () => {
  test('that counts in the end breaks nothing', () => {
    expect(broken(reading('ok'))).toEqual([])
  })

  test('that was acknowledged and does not count is lost', () => {
    expect(broken(reading('ok', { read: 1, unread: 2 }))).toEqual(['receipt lost'])
  })

  test('of which nothing is known may count or not', () => {
    expect(broken(reading('info'))).toEqual([])
    expect(broken(reading('info', { read: 0, delivered: 0, unread: 3 }))).toEqual([])
  })

  test('that nobody gave is a phantom', () => {
    expect(broken(reading('ok', { read: 3, delivered: 3, unread: 0 }))).toEqual(['phantom receipt'])
  })

  test('that goes back is told so to nobody', () => {
    const made = reading('ok').note('ana/web', told(2)).note('ana/web', told(1)).note('ana/web', told(2))
    expect(broken(made)).toEqual(['receipt backwards'])
  })

  test('that counts is the last that others are told', () => {
    expect(broken(reading('ok').note('ana/web', told(1)))).toEqual(['stale receipt'])
  })
})

test('unread is what others said after what was read', () => {
  expect(broken(reading('ok', { unread: 2 }))).toEqual(['unread'])
})
