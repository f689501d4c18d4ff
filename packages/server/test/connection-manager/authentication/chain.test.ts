import { type ConnectPacket, ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import {
  type Authenticate,
  type Authentication,
  type Authenticator,
  type Credentials,
  createServer,
  formatPasswordLine,
  hashPassword,
  jwt,
  memoryKeyValue,
  OptionsError,
  passwordFile,
  webhook,
} from '../../../src/index.js'
import { HttpService } from '../../support/http-service.js'
import { type ListeningServer, openServer, peerOn, rawSocket, startFailure } from '../../support/listening-server.js'
import { temporaryFile } from '../../support/temporary-folder.js'
import { Issuer } from '../../support/tokens.js'

const identity = { vendor: 'acme', client: 'ana' }

const comeTo = async ({ ports }: Pick<ListeningServer, 'ports'>, fields: Partial<ConnectPacket> = {}) => {
  const peer = peerOn(await rawSocket(ports.mqttPort), fields.version)
  return { peer, connack: await peer.connect(fields) }
}

/** An authenticator that keeps what happens to it. */
const watched = (name: string, answer: Authenticate = () => undefined) => {
  const events: string[] = []
  const authenticator: Authenticator = {
    name,
    start: () => void events.push('start'),
    authenticate: (credentials) => {
      events.push('ask')
      return answer(credentials)
    },
    reload: async () => {
      events.push('read')
      return () => void events.push('take')
    },
    close: () => void events.push('close'),
  }
  return { authenticator, events }
}

describe('a function', () => {
  it('is asked with all that a client has shown, and says who it is', async () => {
    const seen: Credentials[] = []
    const server = await openServer({
      authentication: [
        async (credentials) => {
          seen.push(credentials)
          return { identity }
        },
      ],
    })
    const { connack } = await comeTo(server, { clientId: 'phone', username: 'ana', password: Buffer.from('rose') })
    expect(connack.reasonCode).toBe(0)
    expect(seen).toMatchObject([
      { connection: 'phone', version: 5, username: 'ana', remote: { address: '127.0.0.1', loopback: true } },
    ])
    expect(Buffer.from(seen[0]?.password ?? []).toString()).toBe('rose')
    expect(server.connected()[0]).toMatchObject(identity)
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('down')
      },
    ],
    ['rejects', () => Promise.reject(new Error('down'))],
    ['says yes, and not who', () => true],
    ['names nobody', () => ({ identity: {} })],
    ['names no client', () => ({ identity: { vendor: 'acme', client: undefined } })],
    ['names a client that is no name', () => ({ identity: { ...identity, client: '../ana' } })],
    ['names a vendor that is no name', () => ({ identity: { ...identity, vendor: '' } })],
    ['gives a role that is none', () => ({ identity: { ...identity, role: 'admin' } })],
    ['refuses with the code of a welcome', () => ({ reasonCode: 0, reason: '' })],
    ['challenges a client that named no method', () => ({ data: new Uint8Array(), next: () => ({ identity }) })],
  ] as [string, () => never][])('that %s lets nobody in, and nobody else is asked', async (_, answer) => {
    const next = watched('next', () => ({ identity }))
    const server = await openServer({ authentication: [answer, next.authenticator] })
    const { connack, peer } = await comeTo(server)
    expect(connack.reasonCode).toBe(ReasonCode.ServerUnavailable)
    await peer.closed
    expect((await comeTo(server, { version: 4 })).connack.reasonCode).toBe(3)
    expect(next.events).not.toContain('ask')
    expect(server.connected()).toEqual([])
  })

  it('says when what was shown has expired', async () => {
    const server = await openServer({ authentication: [() => ({ identity, expiresAt: server.clock.now() + 1_000 })] })
    const { peer } = await comeTo(server)
    server.clock.advance(1_000)
    expect(await peer.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.MaximumConnectTime })
  })

  it.each([
    ['for now', ReasonCode.UseAnotherServer],
    ['for good', ReasonCode.ServerMoved],
  ])('can send a client to another server %s', async (_, reasonCode) => {
    const refusal = { reasonCode, reason: 'Over there.', serverReference: 'mqtt2.example:1883' }
    const server = await openServer({ authentication: [() => refusal] })
    const { connack, peer } = await comeTo(server)
    expect(connack).toMatchObject({
      reasonCode,
      properties: { reasonString: 'Over there.', serverReference: 'mqtt2.example:1883' },
    })
    await peer.closed
    const old = peerOn(await rawSocket(server.ports.mqttPort), 4)
    old.send({ type: 'connect', version: 4, clientId: 'ana', cleanStart: true, keepAlive: 0 })
    expect(await old.next()).toBeUndefined()
  })
})

describe('enhanced authentication', () => {
  /** Answers a challenge with the word turned around. */
  const riddle = (answer: (data: string) => Authentication): Authenticator => ({
    name: 'riddle',
    methods: ['riddle'],
    authenticate: () => ({ data: Buffer.from('rose'), next: (data) => answer(Buffer.from(data).toString()) }),
  })
  const solved = (data: string): Authentication =>
    data === 'esor' ? { identity, data: Buffer.from('bye') } : { reasonCode: ReasonCode.NotAuthorized, reason: 'No.' }

  const begin = async (authenticator: Authenticator) => {
    const server = await openServer({ authentication: [authenticator] })
    const peer = peerOn(await rawSocket(server.ports.mqttPort))
    const properties = { authenticationMethod: 'riddle' }
    peer.send({ type: 'connect', version: 5, clientId: 'ana', cleanStart: true, keepAlive: 0, properties })
    const answer = (text: string) =>
      peer.send({
        type: 'auth',
        reasonCode: 0x18,
        properties: { ...properties, authenticationData: Buffer.from(text) },
      })
    return { server, peer, answer, challenge: await peer.expect('auth') }
  }

  it('goes on until the client is known', async () => {
    const { peer, answer, challenge } = await begin(riddle(solved))
    expect(Buffer.from(challenge.properties?.authenticationData ?? []).toString()).toBe('rose')
    answer('esor')
    const connack = await peer.expect('connack')
    expect([connack.reasonCode, connack.properties?.authenticationMethod]).toEqual([0, 'riddle'])
    expect(Buffer.from(connack.properties?.authenticationData ?? []).toString()).toBe('bye')
  })

  it('ends with a refusal, or where the authenticator fails', async () => {
    const wrong = await begin(riddle(solved))
    wrong.answer('rose')
    expect(await wrong.peer.expect('connack')).toMatchObject({ reasonCode: ReasonCode.NotAuthorized })
    const broken = await begin(
      riddle(() => {
        throw new Error('down')
      }),
    )
    broken.answer('esor')
    expect(await broken.peer.expect('connack')).toMatchObject({ reasonCode: ReasonCode.ServerUnavailable })
  })

  it('has to end within the time for CONNECT', async () => {
    const { peer, server } = await begin(riddle(solved))
    server.clock.advance(5_000)
    expect(await peer.next()).toBeUndefined()
  })
})

describe('several ways', () => {
  it('are asked in order, until one knows the client', async () => {
    const [one, two, three] = [watched('one'), watched('two', () => ({ identity })), watched('three')]
    const server = await openServer({ authentication: [one, two, three].map(({ authenticator }) => authenticator) })
    expect((await comeTo(server)).connack.reasonCode).toBe(0)
    expect([one, two, three].map(({ events }) => events)).toEqual([['start', 'ask'], ['start', 'ask'], ['start']])
  })

  it('let nobody in whom none of them knows', async () => {
    const server = await openServer({ authentication: [watched('one').authenticator, watched('two').authenticator] })
    expect((await comeTo(server)).connack).toMatchObject({
      reasonCode: ReasonCode.NotAuthorized,
      properties: { reasonString: 'Connect with credentials.' },
    })
    const shown = await comeTo(server, { username: 'ana', password: Buffer.from('rose') })
    expect(shown.connack.reasonCode).toBe(ReasonCode.BadUserNameOrPassword)
    expect(server.refused().at(-1)?.detail).toBe('none of one, two knows the client')
  })

  it('stop at the first refusal', async () => {
    const no = watched('no', () => ({ reasonCode: ReasonCode.Banned, reason: 'Go away.' }))
    const yes = watched('yes', () => ({ identity }))
    const server = await openServer({ authentication: [no.authenticator, yes.authenticator] })
    expect((await comeTo(server)).connack.reasonCode).toBe(ReasonCode.Banned)
    expect(yes.events).toEqual(['start'])
  })

  it('can be tokens, a hook and passwords on one server', async () => {
    const secret = 'a secret of the tests, long enough for HS256'
    const line = formatPasswordLine(identity, await hashPassword('rose', { ln: 4, r: 8, p: 1 }))
    const hook = await HttpService.open(({ body }) => {
      const known = JSON.parse(body).username === 'device'
      return {
        body: JSON.stringify(known ? { result: 'allow', vendor: 'acme', client: 'device' } : { result: 'ignore' }),
      }
    })
    const server = await openServer({
      authentication: [
        jwt({ secret }),
        webhook({ url: hook.url }),
        passwordFile(await temporaryFile('passwords', line)),
      ],
    })
    const claims = { sub: 'ben', vendor: 'acme', exp: server.clock.now() / 1000 + 60 }
    const token = await Issuer.withSecret(secret).sign(claims)
    await comeTo(server, { clientId: '1', password: Buffer.from(token) })
    await comeTo(server, { clientId: '2', username: 'device' })
    await comeTo(server, { clientId: '3', username: 'acme/ana', password: Buffer.from('rose') })
    await comeTo(server, { clientId: '4', username: 'acme/ana', password: Buffer.from('oak') })
    expect(server.connected().map(({ client }) => client)).toEqual(['ben', 'device', 'ana'])
    // The token was the business of the first way alone.
    expect(hook.questions).toHaveLength(3)
  })

  it('each start before the server does, and none stays open where one can’t', async () => {
    const fine = watched('fine')
    const broken: Authenticator = {
      ...watched('broken').authenticator,
      start: () => Promise.reject(new Error('no keys')),
    }
    expect(await startFailure({ authentication: [fine.authenticator, broken] })).toMatchObject({ message: 'no keys' })
    expect(fine.events).toEqual(['start', 'close'])
  })
})

describe('a reload', () => {
  it('puts others in the place of those that were asked, and connections stay', async () => {
    const [before, after] = [watched('before', () => ({ identity })), watched('after')]
    const server = await openServer({ authentication: [before.authenticator] })
    const { peer } = await comeTo(server)
    await server.server.reload({ authentication: [after.authenticator] })
    expect(before.events).toEqual(['start', 'ask', 'close'])
    expect(await peer.heard()).toEqual([])
    expect((await comeTo(server, { clientId: 'ben' })).connack.reasonCode).toBe(ReasonCode.NotAuthorized)
    expect(after.events).toEqual(['start', 'ask'])
  })

  it('changes nothing where one of them can’t start', async () => {
    const before = watched('before', () => ({ identity }))
    const fine = watched('fine')
    const broken: Authenticator = {
      ...watched('broken').authenticator,
      start: () => Promise.reject(new Error('no keys')),
    }
    const server = await openServer({ authentication: [before.authenticator] })
    const authentication = [before.authenticator, fine.authenticator, broken]
    await expect(server.server.reload({ authentication })).rejects.toThrow('no keys')
    expect(before.events).toEqual(['start', 'read'])
    expect(fine.events).toEqual(['start', 'close'])
    expect((await comeTo(server)).connack.reasonCode).toBe(0)
  })

  it('puts nothing to use where something else can’t be read', async () => {
    const fine = watched('fine', () => ({ identity }))
    const broken: Authenticator = {
      ...watched('broken').authenticator,
      reload: () => Promise.reject(new Error('no file')),
    }
    const server = await openServer({ authentication: [fine.authenticator, broken] })
    await expect(server.server.reload()).rejects.toThrow('no file')
    expect(fine.events).toEqual(['start', 'read'])
  })

  it('with nobody to ask is refused', async () => {
    const server = await openServer({ authentication: [() => ({ identity })] })
    await expect(server.server.reload({ authentication: [] })).rejects.toMatchObject({ option: 'authentication' })
    expect((await comeTo(server)).connack.reasonCode).toBe(0)
  })
})

describe('a server without any', () => {
  const storage = memoryKeyValue()

  it.each([
    ['nothing', {}],
    ['an empty list', { authentication: [] }],
    ['dev switched off', { dev: false }],
  ])('is not made: %s', (_, options) => {
    expect(() => createServer({ storage, ...options })).toThrow(expect.objectContaining({ option: 'authentication' }))
  })

  it('is not made for development where others are to be asked too', () => {
    expect(() => createServer({ storage, dev: true, authentication: [() => ({ identity })] })).toThrow(OptionsError)
  })

  it('lets this machine in for development, and then nobody else', async () => {
    const server = await openServer()
    expect((await comeTo(server, { username: 'ana' })).connack.reasonCode).toBe(0)
    expect(server.connected()[0]).toMatchObject({ vendor: 'dev', client: 'ana' })
  })

  it('asks for credentials where it is not for development, loopback or not', async () => {
    const server = await openServer({
      authentication: [jwt({ secret: 'a secret of the tests, long enough for HS256' })],
    })
    expect((await comeTo(server)).connack.reasonCode).toBe(ReasonCode.NotAuthorized)
    expect((await comeTo(server, { version: 4 })).connack.reasonCode).toBe(5)
  })
})
