import { generateKeyPairSync } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { type ConnectPacket, ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import { type JwtOptions, jwt } from '../../../src/index.js'
import { Authority } from '../../support/certificates.js'
import { HttpService } from '../../support/http-service.js'
import { type ListeningServer, openServer, peerOn, rawSocket, startFailure } from '../../support/listening-server.js'
import { ManualClock } from '../../support/manual-clock.js'
import { Peer } from '../../support/peer.js'
import { temporaryFile } from '../../support/temporary-folder.js'
import { hmacToken, Issuer, rawToken } from '../../support/tokens.js'

const secret = 'a secret of the tests, long enough for HS256'
const shared = Issuer.withSecret(secret)
const rsa = Issuer.rsa()
const ec = Issuer.ec()

/** In seconds, as tokens have it; the clock of the tests starts then. */
const now = new ManualClock().now() / 1000
const ana = { sub: 'ana', vendor: 'acme', exp: now + 60 }

const open = (options: JwtOptions = { secret }) => openServer({ authentication: [jwt(options)] })

const passwordOf = (token: string): Partial<ConnectPacket> => ({ username: 'anybody', password: Buffer.from(token) })

/** Shows a token as the password, over a socket. */
const show = async ({ ports }: ListeningServer, token: string, fields: Partial<ConnectPacket> = {}) => {
  const peer = peerOn(await rawSocket(ports.mqttPort), fields.version)
  const { reasonCode, properties } = await peer.connect({ ...passwordOf(token), ...fields })
  return { peer, reasonCode, reason: properties?.reasonString }
}

describe('a token', () => {
  const issued = new Authority().issue({ commonName: 'issuer' })
  const file = (text: string) => temporaryFile('key.pem', text)
  const set = async (...issuers: Issuer[]) => ({ keys: await Promise.all(issuers.map((each) => each.jwk())) })

  it.each([
    ['HS256', async () => ({ secret }), shared],
    ['HS256, with a secret of bytes', async () => ({ secret: new TextEncoder().encode(secret) }), shared],
    ['RS256', async () => ({ publicKey: rsa.pem }), rsa],
    ['RS256, with the key in a file', async () => ({ publicKeyFile: await file(rsa.pem) }), rsa],
    ['ES256', async () => ({ publicKey: ec.pem }), ec],
    ['ES256, with a key set in a file', async () => ({ jwksFile: await file(JSON.stringify(await set(rsa, ec))) }), ec],
    [
      'RS256, with a key set at a URL',
      async () => ({ jwksUrl: (await HttpService.json(await set(rsa, ec))).url }),
      rsa,
    ],
  ] as [string, () => Promise<JwtOptions>, Issuer][])(
    'is taken that was signed with %s',
    async (_, options, issuer) => {
      const server = await open(await options())
      expect(await show(server, await issuer.sign(ana))).toMatchObject({ reasonCode: 0 })
      expect(server.connected()[0]).toMatchObject({ vendor: 'acme', client: 'ana' })
      const old = await show(server, await issuer.sign({ ...ana, sub: 'ben' }), { version: 4, clientId: 'ben' })
      expect(old.reasonCode).toBe(0)
    },
  )

  it('is checked with the key in a certificate as well', () => {
    expect(() => jwt({ publicKey: issued.certificate })).not.toThrow()
  })

  it('is taken by what its claims say, wherever they stand', async () => {
    const server = await open({
      ...{ secret, clientClaim: 'device', vendorClaim: 'tenant', roleClaim: 'kind', connectionClaim: 'session' },
    })
    const claims = { device: 'one', tenant: 'acme', kind: 'vendor', session: 'phone', exp: ana.exp }
    expect(await show(server, await shared.sign(claims), { clientId: 'phone' })).toMatchObject({ reasonCode: 0 })
    expect(server.connected()[0]).toMatchObject({ vendor: 'acme', client: 'one', role: 'vendor', connection: 'phone' })
    expect(await show(server, await shared.sign(claims), { clientId: 'laptop' })).toMatchObject({ reasonCode: 0x87 })
  })

  it('gives no role that it does not name in so many words', async () => {
    const server = await open()
    for (const role of ['Vendor', 'admin', ['vendor'], true])
      await show(server, await shared.sign({ ...ana, role }), { clientId: String(role) })
    expect(server.connected().map(({ role }) => role)).toEqual([undefined, undefined, undefined, undefined])
  })

  it('belongs to the vendor of the server, where there is one, and to no other', async () => {
    const server = await open({ secret, vendor: 'acme' })
    const { vendor: _, ...unnamed } = ana
    expect(await show(server, await shared.sign(unnamed))).toMatchObject({ reasonCode: 0 })
    expect(await show(server, await shared.sign(ana))).toMatchObject({ reasonCode: 0 })
    expect(await show(server, await shared.sign({ ...ana, vendor: 'rival' }))).toMatchObject({ reasonCode: 0x87 })
  })

  it('without an expiry is taken where that is allowed', async () => {
    const server = await open({ secret, requireExpiry: false })
    expect(await show(server, await shared.sign({ sub: 'ana', vendor: 'acme' }))).toMatchObject({ reasonCode: 0 })
  })
})

describe('a token is refused', () => {
  const strict: JwtOptions = { secret, issuer: 'https://id.example', audience: ['daakia', 'other'] }
  const right = { ...ana, iss: 'https://id.example', aud: 'daakia' }
  const { exp: _exp, ...lasting } = right
  const { iss: _iss, ...unsigned } = right
  const { aud: _aud, ...forNobody } = right
  const { sub: _sub, ...unnamed } = right
  const { vendor: _vendor, ...homeless } = right
  const [bad, notAllowed] = [ReasonCode.BadUserNameOrPassword, ReasonCode.NotAuthorized]

  it.each([
    ['of another key', () => Issuer.withSecret('another secret that is long enough too').sign(right), bad],
    ['that nobody has signed (alg: none)', () => rawToken({ alg: 'none' }, right), bad],
    ['that nobody has signed, in other letters', () => rawToken({ alg: 'NONE' }, right), bad],
    ['whose signature was cut off', async () => (await shared.sign(right)).replace(/[^.]*$/, ''), bad],
    ['of another algorithm of the same secret', () => rawToken({ alg: 'HS512' }, right, 'AAAA'), bad],
    ['without an algorithm', () => rawToken({}, right, 'AAAA'), bad],
    ['with a header that has to be understood', () => hmacToken(right, secret, { crit: ['x'], x: 1 }), bad],
    ['of which nothing but the beginning is right', () => 'eyJ', bad],
    ['with claims that are no object', () => hmacToken(['ana'], secret), bad],
    ['that is no token', () => 'secret', bad],
    ['of another issuer', () => shared.sign({ ...right, iss: 'https://evil.example' }), bad],
    ['of no issuer', () => shared.sign(unsigned), notAllowed],
    ['for another audience', () => shared.sign({ ...right, aud: ['somebody', 'else'] }), notAllowed],
    ['for no audience', () => shared.sign(forNobody), notAllowed],
    ['that has expired', () => shared.sign({ ...right, exp: now - 6 }), notAllowed],
    ['that is not valid yet', () => shared.sign({ ...right, nbf: now + 6 }), notAllowed],
    ['without an expiry', () => shared.sign(lasting), notAllowed],
    ['whose expiry is no number', () => shared.sign({ ...right, exp: '2999-01-01' }), notAllowed],
    ['that is very long', () => shared.sign({ ...right, more: 'x'.repeat(8 * 1024) }), bad],
    ['that names no client', () => shared.sign(unnamed), notAllowed],
    ['whose client is a number', () => shared.sign({ ...right, sub: 7 }), notAllowed],
    ['whose client is no name', () => shared.sign({ ...right, sub: 'ana/+/#' }), notAllowed],
    ['whose client is of another make', () => shared.sign({ ...right, sub: { toString: 'ana' } }), notAllowed],
    ['that names no vendor', () => shared.sign(homeless), notAllowed],
    ['whose vendor is no name', () => shared.sign({ ...right, vendor: '../rival' }), notAllowed],
  ] as [string, () => string | Promise<string>, number][])('%s', async (_, token, reasonCode) => {
    const server = await open(strict)
    expect(await show(server, await token())).toMatchObject({ reasonCode })
    expect(server.connected()).toEqual([])
    expect(await show(server, await shared.sign(right))).toMatchObject({ reasonCode: 0 })
  })

  it('with a reason that says what to do, and tells nothing to one who guesses', async () => {
    const server = await open(strict)
    const reason = async (token: string) => (await show(server, token)).reason
    expect(await reason(await shared.sign({ ...right, exp: now - 6 }))).toBe('The token has expired.')
    expect(await reason(await shared.sign({ ...right, nbf: now + 6 }))).toBe('The token is not valid yet.')
    expect(await reason(rawToken({ alg: 'none' }, right))).toBe('These credentials are not valid.')
    expect(await reason('wrong')).toBe('These credentials are not valid.')
  })

  it.each([
    ['RS256', rsa],
    ['ES256', ec],
  ])('that was signed with the public key of %s as if that were a secret', async (_, issuer) => {
    const server = await open({ publicKey: issuer.pem })
    const secrets = [
      issuer.pem,
      issuer.pem.trim(),
      Buffer.from(issuer.pem.replace(/-----[^-]*-----|\n/g, ''), 'base64'),
    ]
    for (const each of secrets)
      expect(await show(server, hmacToken(ana, each))).toMatchObject({ reasonCode: ReasonCode.BadUserNameOrPassword })
    const keys = { keys: [await issuer.jwk()] }
    const withSet = await open({ jwksUrl: (await HttpService.json(keys)).url })
    for (const each of secrets)
      expect(await show(withSet, hmacToken(ana, each, { kid: issuer.kid }))).toMatchObject({
        reasonCode: ReasonCode.BadUserNameOrPassword,
      })
  })

  it('of an algorithm that the key is for, and that is not wanted', async () => {
    const keys = { keys: [await rsa.jwk(), await ec.jwk()] }
    const server = await open({ jwksUrl: (await HttpService.json(keys)).url, algorithms: ['ES256'] })
    expect(await show(server, await rsa.sign(ana))).toMatchObject({ reasonCode: ReasonCode.BadUserNameOrPassword })
    expect(await show(server, await ec.sign(ana))).toMatchObject({ reasonCode: 0 })
  })

  it('though only one of its characters is another one', async () => {
    const { server } = await open()
    const token = await shared.sign(ana)
    // The last character carries bits that mean nothing.
    for (let at = 0; at < token.length - 1; at++) {
      const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
      const { reasonCode } = await new Peer(server.connect()).connect(passwordOf(changed))
      expect([at, reasonCode >= 0x80]).toEqual([at, true])
    }
  })

  it('in MQTT 3.1.1, with the codes that it has', async () => {
    const server = await open()
    expect(await show(server, rawToken({ alg: 'none' }, ana), { version: 4 })).toMatchObject({ reasonCode: 4 })
    expect(await show(server, await shared.sign({ ...ana, exp: now - 60 }), { version: 4 })).toMatchObject({
      reasonCode: 5,
    })
  })
})

describe('a key set at a URL', () => {
  const openWith = async (issuers: Issuer[], options: JwtOptions = {}) => {
    const service = await HttpService.open(() => ({ body: '' }))
    const has = async (...now: Issuer[]) => {
      const body = JSON.stringify({ keys: await Promise.all(now.map((each) => each.jwk())) })
      service.respond = () => ({ body })
    }
    await has(...issuers)
    const server = await open({ jwksUrl: service.url, ...options })
    const reasonOf = async (issuer: Issuer) => {
      // The clock has moved since.
      const claims = { ...ana, exp: server.clock.now() / 1000 + 60 }
      return (await show(server, await issuer.sign(claims))).reasonCode
    }
    return { service, has, reasonOf, ...server }
  }
  const [first, second] = [Issuer.ec('first'), Issuer.ec('second')]
  const stranger = Issuer.ec('stranger')
  const [bad, unavailable] = [ReasonCode.BadUserNameOrPassword, ReasonCode.ServerUnavailable]

  it('is read once, however many come', async () => {
    const { service, reasonOf } = await openWith([first, second])
    for (const issuer of [first, second, first, second]) expect(await reasonOf(issuer)).toBe(0)
    expect(service.questions).toMatchObject([{ method: 'GET', path: '/service' }])
  })

  it('is read again for a key that is not in it, but not before a while has passed', async () => {
    const { service, has, reasonOf, clock } = await openWith([first])
    await has(first, second)
    expect(await reasonOf(second)).toBe(bad)
    clock.advance(29_999)
    expect(await reasonOf(second)).toBe(bad)
    expect(service.questions).toHaveLength(1)
    clock.advance(1)
    expect(await reasonOf(second)).toBe(0)
    expect(await reasonOf(first)).toBe(0)
    expect(service.questions).toHaveLength(2)
  })

  it('is not read more often because of keys that nobody has', async () => {
    const { service, reasonOf, clock } = await openWith([first])
    clock.advance(30_000)
    expect(await Promise.all([1, 2, 3, 4, 5].map(() => reasonOf(stranger)))).toEqual([bad, bad, bad, bad, bad])
    expect(await reasonOf(stranger)).toBe(bad)
    expect(service.questions).toHaveLength(2)
  })

  it('is read again after ten minutes, before a key that was taken away lets anybody in', async () => {
    const { service, has, reasonOf, clock } = await openWith([first])
    await has(second)
    clock.advance(599_999)
    expect(await reasonOf(first)).toBe(0)
    clock.advance(1)
    expect(await Promise.all([reasonOf(first), reasonOf(first), reasonOf(second)])).toEqual([bad, bad, 0])
    expect(service.questions).toHaveLength(2)
  })

  it('is read again by a reload', async () => {
    const { has, reasonOf, server } = await openWith([first])
    await has(second)
    await server.reload()
    expect(await reasonOf(second)).toBe(0)
    expect(await reasonOf(first)).toBe(bad)
  })

  it('that can’t be read any more goes on being used, and what is not in it may be right all the same', async () => {
    const { service, has, reasonOf, clock, log } = await openWith([first])
    service.respond = () => ({ status: 503 })
    clock.advance(600_000)
    expect(await reasonOf(first)).toBe(0)
    expect(await reasonOf(second)).toBe(unavailable)
    expect(log.all('The keys of tokens could not be read')[0]).toMatchObject({ error: 'Error: HTTP status 503' })
    await has(first, second)
    clock.advance(30_000)
    expect(await reasonOf(second)).toBe(0)
  })

  it('that a reload can’t read stays as it was', async () => {
    const { service, reasonOf, server } = await openWith([first])
    service.respond = () => ({ body: '{"keys": []}' })
    await expect(server.reload()).rejects.toMatchObject({ name: 'OptionsError', option: 'jwt.jwksUrl' })
    expect(await reasonOf(first)).toBe(0)
  })

  it.each([
    ['answers with an error', () => ({ status: 500 }), 'HTTP status 500'],
    ['answers with no JSON', () => ({ body: '<html>' }), 'the answer is no JSON'],
    ['answers with no key set', () => ({ body: '{"jwks": []}' }), 'it is no JSON Web Key Set'],
    ['has no key', () => ({ body: '{"keys": []}' }), 'it has no key of RS256 or ES256'],
    [
      'has only a secret',
      () => ({ body: '{"keys": [{"kty": "oct", "k": "AAAA"}]}' }),
      'it has no key of RS256 or ES256',
    ],
    ['answers with too much', () => ({ body: ' '.repeat(300 * 1024) }), 'longer than'],
    ['sends elsewhere', () => ({ status: 302, headers: { location: 'http://127.0.0.1:1/' } }), 'redirect'],
  ])('that %s keeps the server from starting', async (_, respond, problem) => {
    const service = await HttpService.open(respond)
    const error = await startFailure({ authentication: [jwt({ jwksUrl: service.url })] })
    expect(error).toMatchObject({
      name: 'OptionsError',
      option: 'jwt.jwksUrl',
      message: expect.stringContaining(problem),
    })
  })

  it('that nobody serves keeps the server from starting', async () => {
    const service = await HttpService.json({})
    const { port } = new URL(service.url)
    await service.close()
    for (const host of ['127.0.0.1', 'localhost']) {
      const error = await startFailure({ authentication: [jwt({ jwksUrl: `http://${host}:${port}/` })] })
      expect(error).toMatchObject({ option: 'jwt.jwksUrl', message: expect.stringContaining('ECONNREFUSED') })
    }
  })

  it('that does not answer in time keeps the server from starting', async () => {
    const service = await HttpService.open(() => undefined)
    const clock = new ManualClock()
    const failure = startFailure({ clock, authentication: [jwt({ jwksUrl: service.url })] })
    await service.asked(1)
    clock.advance(3_000)
    expect(await failure).toMatchObject({ message: expect.stringContaining('no answer within 3000 ms') })
  })
})

describe('keys in files', () => {
  it('are read anew by a reload, and stay where they are broken', async () => {
    const file = await temporaryFile('key.pem', rsa.pem)
    const server = await open({ publicKeyFile: file })
    await writeFile(file, 'half a fi')
    await expect(server.server.reload()).rejects.toMatchObject({ option: 'jwt.publicKeyFile' })
    expect(await show(server, await rsa.sign(ana))).toMatchObject({ reasonCode: 0 })
    await writeFile(file, ec.pem)
    await server.server.reload()
    expect(await show(server, await ec.sign(ana))).toMatchObject({ reasonCode: 0 })
    expect(await show(server, await rsa.sign(ana))).toMatchObject({ reasonCode: ReasonCode.BadUserNameOrPassword })
  })

  it('stay where the new ones are for another algorithm than is wanted', async () => {
    const file = await temporaryFile('key.pem', rsa.pem)
    const server = await open({ publicKeyFile: file, algorithms: ['RS256'] })
    await writeFile(file, ec.pem)
    await expect(server.server.reload()).rejects.toMatchObject({ option: 'jwt.algorithms' })
    expect(await show(server, await rsa.sign(ana))).toMatchObject({ reasonCode: 0 })
  })

  it.each([
    ['publicKeyFile', 'buy milk'],
    ['publicKeyFile', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n'],
    ['jwksFile', 'buy milk'],
    ['jwksFile', '{"keys": []}'],
    ['jwksFile', '[]'],
  ] as const)('that are broken keep the server from starting: %s with %j', async (option, text) => {
    const file = await temporaryFile('keys', text)
    const error = await startFailure({ authentication: [jwt({ [option]: file })] })
    expect(error).toMatchObject({ name: 'OptionsError', option: `jwt.${option}` })
  })

  it.each(['publicKeyFile', 'jwksFile'] as const)(
    'that are not there keep the server from starting: %s',
    async (option) => {
      const error = await startFailure({ authentication: [jwt({ [option]: '/nowhere/at.all' })] })
      expect(error).toMatchObject({
        name: 'OptionsError',
        option: `jwt.${option}`,
        message: expect.stringContaining('ENOENT'),
      })
    },
  )
})

describe('a token with the authentication method jwt', () => {
  const shown = (token: string): Partial<ConnectPacket> => ({
    properties: { authenticationMethod: 'jwt', authenticationData: Buffer.from(token) },
  })
  const tokenFor = (seconds: number, claims: object = {}) => shared.sign({ ...ana, exp: now + seconds, ...claims })

  const come = async (token: string, options?: JwtOptions) => {
    const server = await open(options)
    const peer = peerOn(await rawSocket(server.ports.mqttPort))
    return { ...server, peer, connack: await peer.connect(shown(token)) }
  }
  const again = (peer: Peer, token: string, authenticationMethod = 'jwt') =>
    peer.send({
      type: 'auth',
      reasonCode: ReasonCode.ReAuthenticate,
      properties: { authenticationMethod, authenticationData: Buffer.from(token) },
    })

  it('is taken in CONNECT, and the method is confirmed', async () => {
    const { connack, connected } = await come(await tokenFor(60))
    expect(connack).toMatchObject({ reasonCode: 0, properties: { authenticationMethod: 'jwt' } })
    expect(connected()[0]).toMatchObject({ vendor: 'acme', client: 'ana' })
  })

  it.each([
    ['wrong', 'wrong'],
    ['empty', ''],
  ])('is refused where it is %s', async (_, token) => {
    expect((await come(token)).connack.reasonCode).toBe(ReasonCode.BadUserNameOrPassword)
  })

  it('is not looked for in the password', async () => {
    const { ports } = await open()
    const connack = await peerOn(await rawSocket(ports.mqttPort)).connect({
      ...passwordOf(await tokenFor(60)),
      properties: { authenticationMethod: 'jwt' },
    })
    expect(connack.reasonCode).toBe(ReasonCode.BadUserNameOrPassword)
  })

  it('can be replaced before it expires, and the connection stays', async () => {
    const { peer, clock } = await come(await tokenFor(60))
    await peer.heard()
    clock.advance(59_000)
    again(peer, await tokenFor(600))
    expect(await peer.expect('auth')).toMatchObject({ reasonCode: 0, properties: { authenticationMethod: 'jwt' } })
    clock.advance(500_000)
    expect(await peer.heard()).toEqual([])
    clock.advance(60_000)
    expect(await peer.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.MaximumConnectTime })
    await peer.closed
  })

  it.each([
    ['another client', () => tokenFor(600, { sub: 'ben' })],
    ['another vendor', () => tokenFor(600, { vendor: 'rival' })],
    ['another role', () => tokenFor(600, { role: 'vendor' })],
    ['a token that has expired', () => tokenFor(-60)],
    ['a token that is wrong', async () => 'eyJ'],
  ])('can’t be replaced by %s', async (_, token) => {
    const { peer } = await come(await tokenFor(60))
    again(peer, await token())
    const { reasonCode, properties } = await peer.expect('disconnect')
    expect([reasonCode, properties?.reasonString]).toEqual([ReasonCode.NotAuthorized, expect.any(String)])
    await peer.closed
  })

  it('can’t be replaced by another method', async () => {
    const { peer } = await come(await tokenFor(60))
    again(peer, await tokenFor(600), 'password')
    expect(await peer.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.BadAuthenticationMethod })
  })

  it('can’t follow a password', async () => {
    const server = await open()
    const { peer } = await show(server, await tokenFor(60))
    again(peer, await tokenFor(600))
    expect(await peer.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.ProtocolError })
  })

  it('can’t be replaced while its keys are not there, and the client is told to come again', async () => {
    const service = await HttpService.json({ keys: [await ec.jwk()] })
    const { peer, clock } = await come(await ec.sign(ana), { jwksUrl: service.url })
    await service.close()
    clock.advance(30_000)
    again(peer, await Issuer.ec('new').sign({ ...ana, exp: now + 600 }))
    expect(await peer.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.ServerBusy })
  })
})

describe('who has shown a token', () => {
  it('is sent home when it expires, with a reason that says so', async () => {
    const server = await open()
    const { peer } = await show(server, await shared.sign(ana))
    // Clocks may differ by five seconds.
    server.clock.advance(64_999)
    expect(await peer.heard()).toEqual([])
    server.clock.advance(1)
    const { reasonCode, properties } = await peer.expect('disconnect')
    expect([reasonCode, properties?.reasonString]).toEqual([
      ReasonCode.MaximumConnectTime,
      expect.stringContaining('expired'),
    ])
    await peer.closed
  })

  it('is closed when it expires where the client speaks MQTT 3.1.1', async () => {
    const server = await open()
    const { peer } = await show(server, await shared.sign(ana), { version: 4 })
    server.clock.advance(65_000)
    expect(await peer.next()).toBeUndefined()
  })
})

describe('options that are none', () => {
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({
    type: 'spki',
    format: 'pem',
  }) as string
  const other = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }) as string
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  }) as string

  it.each([
    ['no key', {}, 'jwt'],
    ['two keys', { secret, publicKey: rsa.pem }, 'jwt'],
    ['a secret that is too short', { secret: 'secret' }, 'jwt.secret'],
    ['a public key that is too short', { publicKey: weak }, 'jwt.publicKey'],
    ['a public key of another kind', { publicKey: other }, 'jwt.publicKey'],
    ['a private key', { publicKey: own }, 'jwt.publicKey'],
    ['what is no key', { publicKey: 'buy milk' }, 'jwt.publicKey'],
    ['what is no URL', { jwksUrl: 'id.example' }, 'jwt.jwksUrl'],
    ['a URL of a file', { jwksUrl: 'file:///etc/passwd' }, 'jwt.jwksUrl'],
    ['a URL with a password', { jwksUrl: 'https://ana:secret@id.example' }, 'jwt.jwksUrl'],
    ['a vendor that is no name', { secret, vendor: 'a/b' }, 'jwt.vendor'],
    ['a time that is negative', { secret, clockToleranceSeconds: -1 }, 'jwt.clockToleranceSeconds'],
  ] as [string, JwtOptions, string][])('are refused: %s', (_, options, option) => {
    expect(() => jwt(options)).toThrow(expect.objectContaining({ name: 'OptionsError', option }))
  })

  it.each([
    ['for another key', { secret, algorithms: ['RS256'] }],
    ['that are none', { secret, algorithms: [] }],
    ['that take anything', { secret, algorithms: ['none'] }],
  ] as unknown as [string, JwtOptions][])('keep the server from starting: algorithms %s', async (_, options) => {
    expect(await startFailure({ authentication: [jwt(options)] })).toMatchObject({ option: 'jwt.algorithms' })
  })
})
