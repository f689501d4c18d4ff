import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { VirtualClock } from '../../src/time/virtual-clock.js'

describe('virtual time', () => {
  test('stands still until it is moved', () => {
    const clock = new VirtualClock(1_000)
    const calls: number[] = []
    clock.after(5, () => calls.push(clock.now()))
    expect([clock.now(), calls]).toEqual([1_000, []])
    clock.moveTo(1_010)
    expect([clock.now(), clock.elapsedMs, calls]).toEqual([1_010, 10, [1_005]])
  })

  test('makes chained calls at their own moments', () => {
    const clock = new VirtualClock(0)
    const calls: number[] = []
    const again = () => {
      calls.push(clock.now())
      if (calls.length < 3) clock.after(10, again)
    }
    clock.after(10, again)
    clock.moveTo(100)
    expect(calls).toEqual([10, 20, 30])
  })

  test('forgets a call that was taken back', () => {
    const clock = new VirtualClock(0)
    clock.after(10, () => expect.unreachable('it was taken back')).cancel()
    expect(clock.nextDue).toBeUndefined()
    clock.moveTo(100)
  })

  test('knows delays that are longer than those of Node', () => {
    const clock = new VirtualClock(0)
    clock.after(2 ** 40, () => {})
    expect(clock.nextDue).toBe(2 ** 40)
  })

  test('does not run backwards', () => {
    expect(() => new VirtualClock(10).moveTo(9)).toThrow('Time does not run backwards')
  })

  test('calls in the order of time, and at one moment in the order of asking', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 20 })), (delays) => {
        const clock = new VirtualClock(0)
        const calls: { delay: number; asked: number }[] = []
        delays.forEach((delay, asked) => {
          clock.after(delay, () => calls.push({ delay: clock.now(), asked }))
        })
        clock.moveTo(20)
        const expected = delays.map((delay, asked) => ({ delay, asked })).sort((a, b) => a.delay - b.delay)
        expect(calls).toEqual(expected)
      }),
    )
  })
})
