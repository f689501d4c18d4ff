import { ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import { splitNames } from '../../../src/connection-manager/listeners/client-certificate.js'
import { type ClientCertificateOptions, clientCertificate, OptionsError, type TlsOptions } from '../../../src/index.js'
import { certificateFiles } from '../../support/certificate-files.js'
import { Authority, type CertificateFields, type Issued } from '../../support/certificates.js'
import { openServer, peerOn, tlsSocket, webSocketPeer } from '../../support/listening-server.js'

type Asked = TlsOptions['clientCertificates'] & string

const open = async (rules: ClientCertificateOptions, clientCertificates: Asked = 'required') => {
  const files = await certificateFiles({ clientCertificates })
  const listening = await openServer({
    authentication: [
      clientCertificate(rules),
      function others() {
        return { identity: { vendor: 'acme', client: 'somebody' } }
      },
    ],
    listen: { mqttsPort: 0, httpsPort: 0, tls: files.tls },
  })
  const show = async (issued?: Issued) => {
    const shown = issued && { cert: issued.certificate, key: issued.key }
    return peerOn(await tlsSocket(listening.ports.mqttsPort, { ca: files.ca, ...shown }))
  }
  return { ...files, ...listening, show }
}

/** Who comes in with such a certificate; the reason code where nobody does. */
const identityOf = async (rules: ClientCertificateOptions, fields: CertificateFields) => {
  const { authority, show, connected } = await open(rules)
  const { reasonCode } = await (await show(authority.issue(fields))).connect()
  if (reasonCode !== 0) return reasonCode
  const { vendor, client } = connected()[0] ?? {}
  return `${vendor}/${client}`
}

const hour = 60 * 60 * 1000
const yesterday = { from: new Date(Date.now() - 48 * hour), until: new Date(Date.now() - 24 * hour) }

describe('the client that a certificate names', () => {
  it.each([
    ['by its common name', { vendor: 'acme' }, { commonName: 'ana' }, 'acme/ana'],
    [
      'by a DNS name',
      { client: 'dns', vendor: 'acme' },
      { dns: ['device-1.acme.example'] },
      'acme/device-1.acme.example',
    ],
    [
      'by an e-mail address',
      { client: 'email', vendor: 'acme' },
      { email: ['ana@acme.example'] },
      'acme/ana@acme.example',
    ],
    [
      'by a URI that a pattern takes apart',
      { client: 'uri', pattern: 'spiffe://(?<vendor>[^/]+)/device/(?<client>[^/]+)' },
      { uri: ['spiffe://acme/device/one'] },
      'acme/one',
    ],
    [
      'of the vendor that its organization is',
      { vendorFrom: 'organization' },
      { commonName: 'ana', organization: 'acme' },
      'acme/ana',
    ],
    [
      'of the vendor that its unit is',
      { vendorFrom: 'organizationalUnit' },
      { commonName: 'ana', organization: 'x', organizationalUnit: 'acme' },
      'acme/ana',
    ],
    [
      'by the one name that a pattern matches',
      { client: 'dns', vendor: 'acme', pattern: '(?<client>[^.]+)\\.devices\\.example' },
      { dns: ['www.example', 'one.devices.example'] },
      'acme/one',
    ],
  ] as [string, ClientCertificateOptions, CertificateFields, string][])(
    'is known %s',
    async (_, rules, fields, identity) => {
      expect(await identityOf(rules, fields)).toBe(identity)
    },
  )

  it.each([
    ['has no common name', { vendor: 'acme' }, { organization: 'acme' }],
    ['has two common names', { vendor: 'acme' }, { commonName: ['ana', 'ben'] }],
    ['has a name that is no client id', { vendor: 'acme' }, { commonName: 'ana/../ben' }],
    ['has no organization, which should be its vendor', { vendorFrom: 'organization' }, { commonName: 'ana' }],
    ['names several clients', { client: 'dns', vendor: 'acme' }, { dns: ['one.example', 'two.example'] }],
    [
      'has more than the pattern says',
      { vendor: 'acme', pattern: 'device-(?<client>\\d+)' },
      { commonName: 'my-device-1-x' },
    ],
    ['has the name elsewhere', { client: 'uri', vendor: 'acme' }, { commonName: 'ana', dns: ['ana'] }],
  ] as [string, ClientCertificateOptions, CertificateFields][])('is nobody where it %s', async (_, rules, fields) => {
    expect(await identityOf(rules, fields)).toBe(ReasonCode.NotAuthorized)
  })

  it('is the one of the certificate, whatever user name and client identifier are given', async () => {
    const { authority, show, connected } = await open({ vendor: 'acme' })
    const peer = await show(authority.issue({ commonName: 'ana' }))
    await peer.connect({ clientId: 'phone', username: 'ben', password: Buffer.from('secret') })
    expect(connected()[0]).toMatchObject({ vendor: 'acme', client: 'ana', connection: 'phone' })
  })

  it('is known over a WebSocket too', async () => {
    const { authority, ports, ca, connected } = await open({ vendor: 'acme' })
    const { certificate: cert, key } = authority.issue({ commonName: 'ana' })
    await (await webSocketPeer(ports.httpsPort, { ca, cert, key })).connect()
    expect(connected()[0]).toMatchObject({ vendor: 'acme', client: 'ana' })
  })

  it('is sent home when its certificate ends', async () => {
    const { authority, show, clock } = await open({ vendor: 'acme' })
    const until = new Date(Math.floor(Date.now() / 1000) * 1000 + hour)
    clock.advance(until.getTime() - clock.now() - 1)
    const ana = await show(authority.issue({ commonName: 'ana', until }))
    await ana.connect()
    expect(await ana.heard()).toEqual([])
    clock.advance(1)
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.MaximumConnectTime })
  })
})

describe('where a certificate is required', () => {
  it.each([
    ['none', async () => undefined],
    ['one that another authority has signed', async () => new Authority('An authority').issue({ commonName: 'ana' })],
    ['one that has ended', async (authority: Authority) => authority.issue({ commonName: 'ana', ...yesterday })],
  ] as [string, (authority: Authority) => Promise<Issued | undefined>][])(
    'who shows %s does not get as far as MQTT',
    async (_, make) => {
      const { authority, show, connected } = await open({ vendor: 'acme' })
      // In TLS 1.3 the client is told only after its own handshake is over.
      const refused = await show(await make(authority)).catch(() => undefined)
      refused?.send({ type: 'connect', version: 5, clientId: 'ana', cleanStart: true, keepAlive: 0 })
      expect(await refused?.next()).toBeUndefined()
      expect(connected()).toEqual([])
    },
  )
})

describe('where a certificate is optional', () => {
  it('who shows one is known by it', async () => {
    const { authority, show, connected } = await open({ vendor: 'acme' }, 'optional')
    await (await show(authority.issue({ commonName: 'ana' }))).connect()
    expect(connected()[0]).toMatchObject({ client: 'ana' })
  })

  it.each([
    ['none', async () => undefined],
    ['one that another authority has signed', async () => new Authority('An authority').issue({ commonName: 'ana' })],
    ['one that has ended', async (authority: Authority) => authority.issue({ commonName: 'ana', ...yesterday })],
  ] as [string, (authority: Authority) => Promise<Issued | undefined>][])(
    'who shows %s is left to the ways that follow',
    async (_, make) => {
      const { authority, show, connected } = await open({ vendor: 'acme' }, 'optional')
      await (await show(await make(authority))).connect()
      expect(connected()[0]).toMatchObject({ client: 'somebody' })
    },
  )
})

it('a certificate counts for nothing where none is asked for', async () => {
  const { authority, show, connected } = await open({ vendor: 'acme' }, 'none')
  await (await show(authority.issue({ commonName: 'ana' }))).connect()
  expect(connected()[0]).toMatchObject({ client: 'somebody' })
})

it('a session of TLS that is resumed does not stand for a certificate', async () => {
  const { authority, ports, ca, connected } = await open({ vendor: 'acme' }, 'optional')
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const { certificate: cert, key } = authority.issue({ commonName: 'ana' })
    const first = await tlsSocket(ports.mqttsPort, { ca, cert, key, maxVersion: version })
    const sessions: Buffer[] = []
    first.on('session', (session) => sessions.push(session))
    await peerOn(first).connect()
    const session = sessions.at(-1) ?? first.getSession()
    const again = await tlsSocket(ports.mqttsPort, { ca, maxVersion: version, ...(session && { session }) })
    expect(again.isSessionReused()).toBe(false)
    await peerOn(again).connect({ clientId: `again-${version}` })
    expect(connected().at(-1)).toMatchObject({ client: 'somebody' })
  }
})

describe('names of a certificate', () => {
  it('are told apart though one of them looks like two', async () => {
    expect(splitNames('DNS:a.example, URI:"spiffe://acme/a, DNS:b.example", email:ana@acme.example')).toEqual([
      'DNS:a.example',
      'URI:spiffe://acme/a, DNS:b.example',
      'email:ana@acme.example',
    ])
    expect(splitNames('')).toEqual([])
  })

  it('that hold the start of another one let nobody in as that one', async () => {
    const uri = ['spiffe://acme/mallory, DNS:ana']
    expect(await identityOf({ client: 'dns', vendor: 'acme' }, { uri })).toBe(ReasonCode.NotAuthorized)
  })
})

describe('rules that are none', () => {
  it.each([
    ['no vendor', {}, 'clientCertificate.vendor'],
    ['two vendors', { vendor: 'acme', vendorFrom: 'organization' }, 'clientCertificate.vendor'],
    ['a vendor that is no name', { vendor: 'a/b' }, 'clientCertificate.vendor'],
    ['a pattern without the client', { vendor: 'acme', pattern: '.*' }, 'clientCertificate.pattern'],
    ['a pattern that is no regular expression', { vendor: 'acme', pattern: '(?<client>' }, 'clientCertificate.pattern'],
  ] as [string, ClientCertificateOptions, string][])('are refused: %s', (_, rules, option) => {
    expect(() => clientCertificate(rules)).toThrow(OptionsError)
    expect(() => clientCertificate(rules)).toThrow(expect.objectContaining({ option }))
  })
})
