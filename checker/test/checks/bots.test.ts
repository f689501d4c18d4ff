import { describe, expect, test } from 'vitest'
import { openTimers } from '../../src/checks/timers.js'
import { history, type Word } from '../support/history.js'

const turns = (...lines: Word[]) =>
  history()
    .talk(...lines)
    .broken('turns')
const timers = (...lines: Word[]) =>
  history()
    .talk(...lines)
    .broken('timers')

describe('answers', () => {
  test('to each message, once and in order, break nothing', () => {
    expect(turns(['ana', 'say a'], ['ana', 'work b 5ms'], ['alpha', 're a #1'], ['alpha', 're b #2'])).toEqual([])
  })

  test('that never come', () => {
    expect(turns(['ana', 'say a'])).toEqual(['unanswered'])
  })

  test('that pass over a message', () => {
    expect(turns(['ana', 'say a'], ['ana', 'say b'], ['alpha', 're b #1'])).toEqual(['unanswered'])
  })

  test('that come twice', () => {
    expect(turns(['ana', 'say a'], ['alpha', 're a #1'], ['alpha', 're a #2'])).toEqual(['answered twice'])
  })

  test('that nobody asked for', () => {
    expect(turns(['alpha', 're a #1'])).toEqual(['strange answer'])
  })

  test.each([
    { name: 'was lost', second: 1 },
    { name: 'was doubled', second: 3 },
  ])('of a bot whose state $name', ({ second }) => {
    const lines: Word[] = [
      ['ana', 'say a'],
      ['alpha', 're a #1'],
      ['ana', 'say b'],
      ['alpha', `re b #${second}`],
    ]
    expect(turns(...lines)).toEqual(['state'])
  })

  test('may be an apology, for one message', () => {
    expect(turns(['ana', 'say a'], ['alpha', 'given up'], ['ana', 'say b'], ['alpha', 're b #1'])).toEqual([])
    expect(turns(['ana', 'say a'], ['ana', 'say b'], ['alpha', 'given up'])).toEqual(['unanswered'])
  })

  test('to a message that was asked twice come twice', () => {
    expect(turns(['ana', 'say a'], ['ana', 'say a'], ['alpha', 're a #1'], ['alpha', 're a #2'])).toEqual([])
  })
})

describe('failures', () => {
  const failures = (...lines: Word[]) =>
    history()
      .talk(...lines)
      .broken('failures')
  const asked: Word[] = [
    ['ana', 'break b1'],
    ['ana', 'say a'],
  ]

  test('of which the bot is told once, in order, and goes on counting, break nothing', () => {
    expect(failures(...asked, ['alpha', 'broke b1 #1'], ['alpha', 're a #2'])).toEqual([])
  })

  test('may be ones of any message, and may be an apology', () => {
    expect(turns(['ana', 'say a'], ['alpha', 'broke a #1'])).toEqual([])
    expect(failures(...asked, ['alpha', 'given up'], ['alpha', 're a #1'])).toEqual([])
  })

  test('of which the bot is never told', () => {
    expect(failures(...asked, ['alpha', 're a #1'])).toEqual(['unanswered'])
  })

  test('of which it is told twice', () => {
    expect(failures(...asked, ['alpha', 'broke b1 #1'], ['alpha', 'broke b1 #2'])).toEqual(['answered twice'])
  })

  test('after which its state is another one', () => {
    expect(failures(...asked, ['alpha', 'broke b1 #1'], ['alpha', 're a #1'])).toEqual(['state'])
  })
})

describe('timers', () => {
  test('that fire once, when they are due, break nothing', () => {
    expect(timers(['ana', 'remind r 10ms', 0], ['alpha', 'set r #1', 1], ['alpha', 'ring r #2', 11])).toEqual([])
  })

  test('that never fire', () => {
    expect(timers(['ana', 'remind r 10ms'], ['alpha', 'set r #1'])).toEqual(['timer never'])
  })

  test('may be given up, where the bot says that it is sorry, and not for a message', () => {
    const set: Word[] = [
      ['ana', 'remind r 10ms'],
      ['alpha', 'set r #1'],
    ]
    expect(timers(...set, ['alpha', 'given up'])).toEqual([])
    expect(timers(...set, ['ana', 'say a'], ['alpha', 'given up'])).toEqual(['timer never'])
  })

  test('that are set are waited for, those given up are not', () => {
    const line = (from: string, text: string, seq: number) => ({ from, text, seq, id: text, at: seq })
    const set = [line('ana', 'remind r 10ms', 1), line('alpha', 'set r #1', 2)]
    const room = { id: 'help', bots: ['alpha'] }
    expect(openTimers(room, set)).toEqual(["alpha's timer r"])
    expect(openTimers(room, [...set, line('alpha', 'given up', 3)])).toEqual([])
  })

  test('that fire twice', () => {
    const lines: Word[] = [
      ['ana', 'remind r 1ms', 0],
      ['alpha', 'set r #1', 1],
      ['alpha', 'ring r #2', 2],
      ['alpha', 'ring r #3', 3],
    ]
    expect(timers(...lines)).toEqual(['timer twice'])
  })

  test('that fire before their time', () => {
    expect(timers(['ana', 'remind r 10ms', 0], ['alpha', 'set r #1', 1], ['alpha', 'ring r #2', 9])).toEqual([
      'timer early',
    ])
  })

  test('that fire after they were dropped', () => {
    const lines: Word[] = [
      ['ana', 'remind r 1ms', 0],
      ['alpha', 'set r #1', 1],
      ['ana', 'drop d of r', 2],
      ['alpha', 'dropped d #2', 3],
    ]
    expect(timers(...lines)).toEqual([])
    expect(timers(...lines, ['alpha', 'ring r #3', 4])).toEqual(['timer dropped'])
  })

  test('that were never set', () => {
    expect(timers(['alpha', 'ring r #1'])).toEqual(['strange timer'])
  })
})
