import { systemClock } from '@daakia/protocol'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

const month = 30 * 24 * 3_600_000

describe("The machine's clock", () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('calls once, when the delay is over', () => {
    const run = vi.fn()
    systemClock.after(1_000, run)
    vi.advanceTimersByTime(999)
    expect(run).not.toHaveBeenCalled()
    vi.advanceTimersByTime(5_000)
    expect(run).toHaveBeenCalledOnce()
  })

  it('keeps a delay that is longer than the 2^31 ms of a timeout', () => {
    const run = vi.fn()
    systemClock.after(2 * month, run)
    vi.advanceTimersByTime(2 * month - 1)
    expect(run).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(run).toHaveBeenCalledOnce()
  })

  it('takes a call back, also one that is months away', () => {
    const run = vi.fn()
    const alarm = systemClock.after(2 * month, run)
    vi.advanceTimersByTime(month)
    alarm.cancel()
    vi.advanceTimersByTime(2 * month)
    expect(run).not.toHaveBeenCalled()
  })

  it('calls at once where the delay is below 0', () => {
    const run = vi.fn()
    systemClock.after(-5, run)
    vi.advanceTimersByTime(0)
    expect(run).toHaveBeenCalledOnce()
  })
})
