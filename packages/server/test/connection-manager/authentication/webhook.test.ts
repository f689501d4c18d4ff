import { createHmac } from 'node:crypto'
import { type ConnectPacket, ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import { type WebhookOptions, webhook } from '../../../src/index.js'
import { certificateFiles } from '../../support/certificate-files.js'
import { type HttpAnswer, HttpService, type Respond } from '../../support/http-service.js'
import { openServer, peerOn, rawSocket, tlsPeer } from '../../support/listening-server.js'
import { Peer } from '../../support/peer.js'

const allow = { result: 'allow', vendor: 'acme', client: 'ana' }

const json = (value: unknown): HttpAnswer => ({ body: JSON.stringify(value) })

const open = async (respond: Respond, options: Partial<WebhookOptions> = {}) => {
  const hook = await HttpService.open(respond)
  const others = () => ({ identity: { vendor: 'acme', client: 'somebody' } })
  const listening = await openServer({ authentication: [webhook({ url: hook.url, ...options }), others] })
  const connect = async (fields: Partial<ConnectPacket> = {}) => {
    const peer = peerOn(await rawSocket(listening.ports.mqttPort), fields.version)
    return peer.connect({ username: 'ana', password: Buffer.from('rose'), ...fields })
  }
  return { hook, connect, ...listening }
}

const { NotAuthorized, ServerUnavailable, ServerBusy } = ReasonCode

describe('a hook', () => {
  it('lets in whom it allows, with what it says of them', async () => {
    const { connect, connected, clock } = await open(() =>
      json({ ...allow, role: 'vendor', expiresAt: clock.now() + 60_000 }),
    )
    expect(await connect()).toMatchObject({ reasonCode: 0 })
    expect(connected()[0]).toMatchObject({ vendor: 'acme', client: 'ana', role: 'vendor' })
  })

  it('has them sent home when it says so', async () => {
    const { ports, clock } = await open(() => json({ ...allow, expiresAt: clock.now() + 60_000 }))
    const peer = peerOn(await rawSocket(ports.mqttPort))
    await peer.connect()
    clock.advance(59_999)
    expect(await peer.heard()).toEqual([])
    clock.advance(1)
    expect(await peer.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.MaximumConnectTime })
  })

  it('lets nobody in who has expired already', async () => {
    const { connect, clock } = await open(() => json({ ...allow, expiresAt: clock.now() }))
    expect(await connect()).toMatchObject({ reasonCode: NotAuthorized })
  })

  it('refuses whom it denies, and nobody else is asked', async () => {
    const { connect } = await open(() => json({ result: 'deny', reason: 'Ask your administrator.' }))
    expect(await connect()).toMatchObject({
      reasonCode: NotAuthorized,
      properties: { reasonString: 'Ask your administrator.' },
    })
    expect(await connect({ version: 4 })).toMatchObject({ reasonCode: 5 })
  })

  it('leaves whom it ignores to the ways that follow', async () => {
    const { connect, connected } = await open(() => json({ result: 'ignore' }))
    expect(await connect()).toMatchObject({ reasonCode: 0 })
    expect(connected()[0]).toMatchObject({ client: 'somebody' })
  })

  it('is asked with all that a client has shown', async () => {
    const { hook, connect, ports } = await open(() => json(allow))
    await connect({ clientId: 'phone' })
    await connect({ clientId: 'old', version: 4, password: Uint8Array.of(0xff, 0) })
    await peerOn(await rawSocket(ports.mqttPort)).connect({ clientId: 'bare' })
    const asked = { address: '127.0.0.1', secure: false }
    expect(hook.questions.map(({ body }) => JSON.parse(body))).toEqual([
      { connection: 'phone', version: '5.0', username: 'ana', password: 'rose', passwordEncoding: 'utf-8', ...asked },
      { connection: 'old', version: '3.1.1', username: 'ana', password: '/wA=', passwordEncoding: 'base64', ...asked },
      { connection: 'bare', version: '5.0', ...asked },
    ])
    expect(hook.questions[0]).toMatchObject({ method: 'POST', headers: { 'content-type': 'application/json' } })
  })

  it('is asked with the certificate that a client has shown', async () => {
    const { authority, tls, ca } = await certificateFiles({ clientCertificates: 'required' })
    const hook = await HttpService.json(allow)
    const { ports } = await openServer({
      authentication: [webhook({ url: hook.url })],
      listen: { mqttsPort: 0, tls },
    })
    const { certificate: cert, key } = authority.issue({
      commonName: 'one',
      organization: 'acme',
      dns: ['one.example'],
    })
    await (await tlsPeer(ports.mqttsPort, { ca, cert, key })).connect()
    expect(JSON.parse(hook.questions[0]?.body ?? '')).toMatchObject({
      secure: true,
      certificate: { commonName: 'one', organization: 'acme', alternativeNames: ['DNS:one.example'] },
    })
  })

  it('is asked about the authentication methods that it knows, and no others', async () => {
    const { hook, connect } = await open(() => json(allow), { methods: ['ticket'] })
    const shown = { authenticationData: Buffer.from('rose') }
    expect(await connect({ properties: { authenticationMethod: 'ticket', ...shown } })).toMatchObject({ reasonCode: 0 })
    expect(JSON.parse(hook.questions[0]?.body ?? '')).toMatchObject({ method: 'ticket', data: 'cm9zZQ==' })
    const other = await connect({ properties: { authenticationMethod: 'other', ...shown } })
    expect(other.reasonCode).toBe(ReasonCode.BadAuthenticationMethod)
    expect(hook.questions).toHaveLength(1)
  })

  it('can tell by a signature and by headers who asks', async () => {
    const options = { secret: 'shared with the hook', headers: { authorization: 'Bearer abc' } }
    const { hook, connect, clock } = await open(() => json(allow), options)
    await connect()
    const { headers = {}, body = '' } = hook.questions[0] ?? {}
    const signature = createHmac('sha256', options.secret).update(`${clock.now()}.${body}`).digest('hex')
    expect(headers['daakia-signature']).toBe(`t=${clock.now()},v1=${signature}`)
    expect(headers.authorization).toBe('Bearer abc')
  })
})

describe('a hook that fails lets nobody in, and the client is told to come again', () => {
  it.each([
    ['an error', { status: 500 }],
    ['another status, whatever it says', { status: 201, body: JSON.stringify(allow) }],
    ['"not allowed" as a status', { status: 403 }],
    ['nothing', {}],
    ['no JSON', { body: 'allow' }],
    ['no object', { body: '"allow"' }],
    ['a list', { body: '["allow"]' }],
    ['no result', json({ vendor: 'acme', client: 'ana' })],
    ['another result', json({ ...allow, result: 'Allow' })],
    ['a result of another kind', json({ ...allow, result: true })],
    ['no vendor', json({ result: 'allow', client: 'ana' })],
    ['no client', json({ result: 'allow', vendor: 'acme' })],
    ['a client that is no name', json({ ...allow, client: 'a/+' })],
    ['a vendor that is no name', json({ ...allow, vendor: '' })],
    ['a role that is none', json({ ...allow, role: 'admin' })],
    ['a time that is none', json({ ...allow, expiresAt: 'tomorrow' })],
    ['a field that may have been meant to restrict', json({ ...allow, readOnly: true })],
    ['a reason that can’t be told', json({ result: 'deny', reason: 'a\0b' })],
    ['far too much', { body: JSON.stringify({ ...allow, more: 'x'.repeat(20_000) }) }],
  ] as [string, HttpAnswer][])('with %s', async (_, answer) => {
    const { connect, connected, log } = await open(() => answer)
    expect(await connect()).toMatchObject({ reasonCode: ServerUnavailable })
    expect(await connect({ version: 4 })).toMatchObject({ reasonCode: 3 })
    expect(connected()).toEqual([])
    expect(log.all('The authentication hook failed')).toHaveLength(2)
  })

  it('by sending elsewhere, where nobody asks', async () => {
    const other = await HttpService.json(allow)
    const { connect } = await open(() => ({ status: 307, headers: { location: other.url } }))
    expect(await connect()).toMatchObject({ reasonCode: ServerUnavailable })
    expect(other.questions).toEqual([])
  })

  it('by not being there', async () => {
    const { hook, connect } = await open(() => json(allow))
    await hook.close()
    expect(await connect()).toMatchObject({ reasonCode: ServerUnavailable })
  })

  it('by not answering in time', async () => {
    const { hook, connect, clock } = await open(() => undefined, { timeoutMs: 500 })
    const answer = connect()
    await hook.asked(1)
    clock.advance(500)
    expect(await answer).toMatchObject({ reasonCode: ServerUnavailable })
  })

  it('once: who comes when it is well again is let in', async () => {
    const { hook, connect } = await open(() => ({ status: 500 }), { cacheSeconds: 60, denyCacheSeconds: 60 })
    await connect()
    hook.respond = () => json(allow)
    expect(await connect()).toMatchObject({ reasonCode: 0 })
  })
})

describe('what a hook has said', () => {
  it('is asked each time where nothing else is said', async () => {
    const { hook, connect } = await open(() => json(allow))
    for (let i = 0; i < 3; i++) await connect()
    expect(hook.questions).toHaveLength(3)
  })

  it('is remembered for so long, for the same question', async () => {
    const { hook, connect, clock } = await open(() => json(allow), { cacheSeconds: 60 })
    for (let i = 0; i < 3; i++) expect(await connect()).toMatchObject({ reasonCode: 0 })
    expect(hook.questions).toHaveLength(1)
    await connect({ password: Buffer.from('oak') })
    await connect({ clientId: 'laptop' })
    expect(hook.questions).toHaveLength(3)
    hook.respond = () => json({ result: 'deny' })
    clock.advance(59_999)
    expect(await connect()).toMatchObject({ reasonCode: 0 })
    clock.advance(1)
    expect(await connect()).toMatchObject({ reasonCode: NotAuthorized })
  })

  it('is remembered no longer than it is good for', async () => {
    const { hook, connect, clock } = await open(() => json({ ...allow, expiresAt: clock.now() + 10_000 }), {
      cacheSeconds: 60,
    })
    await connect()
    clock.advance(10_000)
    expect(await connect()).toMatchObject({ reasonCode: 0 })
    expect(hook.questions).toHaveLength(2)
  })

  it('is remembered as a refusal only where that is wanted', async () => {
    const deny = () => json({ result: 'deny' })
    const forgetful = await open(deny, { cacheSeconds: 60 })
    for (let i = 0; i < 2; i++) await forgetful.connect()
    expect(forgetful.hook.questions).toHaveLength(2)
    const mindful = await open(deny, { denyCacheSeconds: 5 })
    for (let i = 0; i < 2; i++) expect(await mindful.connect()).toMatchObject({ reasonCode: NotAuthorized })
    expect(mindful.hook.questions).toHaveLength(1)
    mindful.clock.advance(5_000)
    await mindful.connect()
    expect(mindful.hook.questions).toHaveLength(2)
  })

  it('is forgotten by a reload', async () => {
    const { hook, connect, server } = await open(() => json(allow), { cacheSeconds: 60 })
    await connect()
    hook.respond = () => json({ result: 'deny' })
    await server.reload()
    expect(await connect()).toMatchObject({ reasonCode: NotAuthorized })
  })

  it('goes to all who ask the same at the same time', async () => {
    const { hook, server } = await open(() => undefined)
    const guests = [1, 2, 3].map(() => new Peer(server.connect()))
    hook.respond = () => json(allow)
    for (const guest of guests) void guest.connect()
    await hook.asked(1)
    // They use one name, so that the last one has it.
    await guests[0]?.closed
    await guests[1]?.closed
    await guests[2]?.heard()
    expect(hook.questions).toHaveLength(1)
  })
})

it('a hook is asked so many questions at a time; of more so many wait, and others are told that the server is busy', async () => {
  const { hook, server, clock } = await open(() => undefined, { questionsAtOnce: 1, timeoutMs: 1_000 })
  const guests = Array.from({ length: 32 }, (_, i) => new Peer(server.connect()).connect({ clientId: `c${i}` }))
  await hook.asked(1)
  // One is asked, and thirty wait.
  expect(await guests[31]).toMatchObject({ reasonCode: ServerBusy })
  expect(hook.questions).toHaveLength(1)
  hook.respond = () => json(allow)
  clock.advance(1_000)
  expect(await guests[0]).toMatchObject({ reasonCode: ServerUnavailable })
  for (const guest of guests.slice(1, 31)) expect(await guest).toMatchObject({ reasonCode: 0 })
})

it('a hook over plain HTTP elsewhere is warned of', async () => {
  const { log } = await openServer({ authentication: [webhook({ url: 'http://hooks.example/who?key=rose' })] })
  expect(log.all('plain HTTP')).toEqual([{ url: 'http://hooks.example/who' }])
})

describe('options that are none', () => {
  const url = 'https://hooks.example/who'

  it.each([
    ['what is no URL', { url: 'hooks.example' }, 'webhook.url'],
    ['a URL with a password', { url: 'https://ana:rose@hooks.example' }, 'webhook.url'],
    ['no time', { url, timeoutMs: 0 }, 'webhook.timeoutMs'],
    ['no questions', { url, questionsAtOnce: 0 }, 'webhook.questionsAtOnce'],
    ['a negative time', { url, cacheSeconds: -1 }, 'webhook.cacheSeconds'],
    ['no secret', { url, secret: '' }, 'webhook.secret'],
    [
      'a header that breaks the line',
      { url, headers: { authorization: 'rose\r\nx: y' } },
      'webhook.headers.authorization',
    ],
    ['a header of a strange name', { url, headers: { 'a b': 'rose' } }, 'webhook.headers.a b'],
  ] as [string, WebhookOptions, string][])('are refused: %s', (_, options, option) => {
    const refused = { name: 'OptionsError', option, message: expect.not.stringContaining('rose') }
    expect(() => webhook(options)).toThrow(expect.objectContaining(refused))
  })
})
