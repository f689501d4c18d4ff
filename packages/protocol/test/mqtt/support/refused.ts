import { type Decoder, type ReasonCode, reasonText } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import { decodeAll, refusal } from './decoding.js'

/** Bytes, the clause that forbids them (of MQTT 5, or marked 3.1.1), and the reason code that the sender is told. */
export type Refused = readonly [what: string, clause: string, bytes: Uint8Array, reasonCode: ReasonCode]

/** Bytes that are right beside those that are refused: they show what exactly is refused. */
export type Accepted = readonly [what: string, bytes: Uint8Array]

/** One check per row. `decoder` makes the decoder that the bytes arrive at. */
export const refuses = (decoder: () => Decoder, rows: readonly Refused[]): void => {
  describe.each(rows)('%s (%s)', (_what, _clause, bytes, reasonCode) => {
    it(`is refused with ${reasonText(reasonCode)}`, () => {
      expect(refusal(() => decodeAll(decoder(), bytes)).reasonCode).toBe(reasonCode)
    })
  })
}

/** One check per row: the bytes are one packet. */
export const accepts = (decoder: () => Decoder, rows: readonly Accepted[]): void => {
  it.each(rows)('%s is taken', (_what, bytes) => {
    expect(decodeAll(decoder(), bytes)).toHaveLength(1)
  })
}
