/** What the rates are measured with. */
export const payloadOf64 = new Uint8Array(64)
