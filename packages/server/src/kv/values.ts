import { Packr } from 'msgpackr'

const packr = new Packr({ useRecords: false })

/** A value as the bytes that are stored. */
export const packValue = (value: unknown): Uint8Array => packr.pack(value)

/** The value of stored bytes. Byte arrays in it are views of `bytes`. */
export const unpackValue = (bytes: Uint8Array): unknown => packr.unpack(bytes)
