import fc from 'fast-check'

/** What a client or a simple conversation may be called. */
export const clientId = fc.stringMatching(/^[A-Za-z0-9._@-]{1,128}$/)

/** The MQTT client identifier of a connection: any text without U+0000. */
export const connection = fc.string({ minLength: 1, unit: 'binary' }).filter((name) => !name.includes('\0'))

export const bytes = fc.uint8Array({ maxLength: 200 }).map((made) => new Uint8Array(made))
