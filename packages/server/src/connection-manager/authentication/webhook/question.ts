import { createHmac } from 'node:crypto'
import type { Credentials } from '../authenticator.js'

/** What the hook is asked, as JSON. Everything that its answer may depend on is in it. */
export const questionOf = ({ connection, version, username, password, method, data, remote }: Credentials): string =>
  JSON.stringify({
    connection,
    version: version === 5 ? '5.0' : '3.1.1',
    username,
    ...(password && passwordFields(password)),
    method,
    data: data && base64(data),
    address: remote.address,
    secure: remote.secure === true,
    certificate: remote.certificate,
  })

/** As text where it is some: hooks in all languages read that without ado. */
const passwordFields = (password: Uint8Array) => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(password)
    return { password: text, passwordEncoding: 'utf-8' }
  } catch {
    return { password: base64(password), passwordEncoding: 'base64' }
  }
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

/**
 * The value of the header `daakia-signature`: `t=<milliseconds since the epoch>,v1=<hex>`, where `v1` is HMAC-SHA256 of
 * `<t>.<body>`. The hook compares both: an old question sent anew has an old `t`.
 */
export const signatureOf = (body: string, secret: string, now: number): string =>
  `t=${now},v1=${createHmac('sha256', secret).update(`${now}.${body}`).digest('hex')}`
