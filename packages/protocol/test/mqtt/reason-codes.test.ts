import { mayCarry, ReasonCode, reasonText, toReturnCode } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'

describe('A reason code', () => {
  it('has its name', () => {
    expect(reasonText(ReasonCode.NotAuthorized)).toBe('Not authorized')
    expect(reasonText(0x7f)).toBe('Unknown reason code 0x7f')
  })

  it.each(Object.entries(ReasonCode))('%s is named, and some packet carries it', (_name, code) => {
    expect(reasonText(code)).not.toContain('Unknown')
    const holders = ['connack', 'puback', 'pubrel', 'suback', 'unsuback', 'disconnect from client'] as const
    const others = ['disconnect from server', 'auth from client', 'auth from server'] as const
    expect([...holders, ...others].some((holder) => mayCarry(holder, code))).toBe(true)
  })

  it('goes with some packets only', () => {
    expect(mayCarry('puback', ReasonCode.QuotaExceeded)).toBe(true)
    expect(mayCarry('puback', ReasonCode.ServerBusy)).toBe(false)
    expect(mayCarry('connack', 0x7f)).toBe(false)
  })

  it('has a return code of 3.1.1 that says the same, or none', () => {
    const codes = [0x00, 0x84, 0x85, 0x88, 0x86, 0x87].map(toReturnCode)
    expect(codes).toEqual([0, 1, 2, 3, 4, 5])
    expect(toReturnCode(ReasonCode.MalformedPacket)).toBeUndefined()
  })
})
