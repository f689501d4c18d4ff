import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { systemClock } from '@daakia/protocol'
import { type Credentials, type JwtOptions, jwt, silentLog } from '@daakia/server'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { describe, expect, test } from 'vitest'
import { secondsOf } from '../../src/token/duration.js'
import { type TokenOptions, token } from '../../src/token/token.js'
import { folderWith } from '../support/temporary-folder.js'
import { testIo } from '../support/test-io.js'

const ana = { client: 'ana', vendor: 'acme', expiresSeconds: 60 }
const secret = 'k'.repeat(32)

const write = async (folder: string, options: Partial<TokenOptions>) => {
  const { io, written } = testIo()
  const status = await token({ ...ana, ...options }, { ...io, folder })
  return { status, errors: written.errors, text: written.output.trimEnd() }
}

const whoHas = async (text: string, options: JwtOptions) => {
  const known = jwt(options)
  await known.start?.({ clock: systemClock, log: silentLog })
  return known.authenticate({ password: Buffer.from(text), connection: 'c', version: 5 } as unknown as Credentials)
}

const openssl = (folder: string, ...words: string[]) => promisify(execFile)('openssl', words, { cwd: folder })

describe('daakia token', () => {
  test('writes what a server with the same secret takes, without the end of the line in the file', async () => {
    const folder = await folderWith({ secret: `${secret}\n` })
    const { status, text } = await write(folder, { secretFile: 'secret' })
    expect(status).toBe(0)
    expect(await whoHas(text, { secret })).toMatchObject({ identity: { vendor: 'acme', client: 'ana' } })
  })

  test.each([
    ['RS256', ['genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048']],
    ['ES256', ['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256']],
  ])('signs with a private key: %s', async (algorithm, words) => {
    const folder = await folderWith()
    await openssl(folder, ...words, '-out', 'key.pem')
    await openssl(folder, 'pkey', '-in', 'key.pem', '-pubout', '-out', 'public.pem')
    const { text } = await write(folder, { keyFile: 'key.pem', keyId: 'k1', role: 'vendor' })
    expect(decodeProtectedHeader(text)).toEqual({ alg: algorithm, kid: 'k1' })
    expect(await whoHas(text, { publicKeyFile: join(folder, 'public.pem') })).toMatchObject({
      identity: { vendor: 'acme', client: 'ana', role: 'vendor' },
    })
  })

  test('is good for as long as it was asked to be, and names issuer and audience', async () => {
    const folder = await folderWith({ secret })
    const { text } = await write(folder, { secretFile: 'secret', issuer: 'https://id.example.com', audience: 'daakia' })
    const { iat = 0, exp = 0, ...claims } = decodeJwt(text)
    expect({ seconds: exp - iat, ...claims }).toEqual({
      seconds: 60,
      sub: 'ana',
      vendor: 'acme',
      iss: 'https://id.example.com',
      aud: 'daakia',
    })
  })

  test.each<[what: string, options: Partial<TokenOptions>, reason: RegExp]>([
    ['nothing that signs it', {}, /^Give what signs it: either --secret-file, or --key-file/],
    ['two that sign it', { secretFile: 'secret', keyFile: 'secret' }, /^Give what signs it/],
    ['a file that is not there', { secretFile: 'none' }, /none can't be read \(ENOENT\)\.\n$/],
    ['a secret that is too short', { secretFile: 'short' }, /holds 5 bytes, and HS256 takes 32 or more: openssl rand/],
    ['what is no key', { keyFile: 'secret' }, /holds no private key in PEM\.\n$/],
    ['a name that is none', { client: 'ana/b', secretFile: 'secret' }, /^"ana\/b" is no name/],
  ])('refuses %s, in one line', async (_what, options, reason) => {
    const folder = await folderWith({ secret, short: 'short' })
    const { status, errors, text } = await write(folder, options)
    expect({ status, text, lines: errors.trimEnd().split('\n').length }).toEqual({ status: 1, text: '', lines: 1 })
    expect(errors).toMatch(reason)
    expect(errors).not.toContain(secret)
  })
})

describe('a duration', () => {
  test.each([
    ['30s', 30],
    ['15m', 900],
    ['12h', 43_200],
    ['7d', 604_800],
    ['1', undefined],
    ['0s', undefined],
    ['-1h', undefined],
    ['1 h', undefined],
    ['1w', undefined],
  ])('%s is %j seconds', (text, seconds) => {
    expect(secondsOf(text)).toBe(seconds)
  })
})
