import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { connect as connectSecurely } from 'node:tls'
import mqtt, { type MqttClient } from 'mqtt'
import { describe, expect, it } from 'vitest'
import { OptionsError, passwordFile } from '../../../src/index.js'
import { certificateFiles } from '../../support/certificate-files.js'
import {
  openServer,
  peerOn,
  rawSocket,
  startFailure,
  tlsPeer,
  tlsSocket,
  untilClosed,
} from '../../support/listening-server.js'
import { temporaryFile } from '../../support/temporary-folder.js'

const open = async (options: Parameters<typeof openServer>[0] = {}) => {
  const files = await certificateFiles()
  const listening = await openServer({ ...options, listen: { mqttsPort: 0, tls: files.tls, ...options.listen } })
  return { ...files, ...listening }
}

const nextPayload = (client: MqttClient) =>
  new Promise<Buffer>((resolve) => client.once('message', (_topic, payload) => resolve(payload)))

/** The common name in the certificate that the server shows to who comes now. */
const shownTo = async (port: number | undefined, ca: string): Promise<string> => {
  const socket = await tlsSocket(port, { ca })
  const { subject } = socket.getPeerCertificate()
  socket.destroy()
  return String(subject.CN)
}

const handshakeFailure = async (port: number | undefined, options: object): Promise<Error> => {
  const socket = connectSecurely({ host: '127.0.0.1', servername: 'localhost', ...(port && { port }), ...options })
  const [error] = await once(socket, 'error').catch((error) => [error])
  return error as Error
}

describe('MQTT over TLS', () => {
  it.each([4, 5] as const)('carries mqtt.js with version %i', async (protocolVersion) => {
    const { ports, ca } = await open()
    const url = `mqtts://localhost:${ports.mqttsPort}`
    const client = await mqtt.connectAsync(url, { protocolVersion, clientId: 'ana', ca })
    await client.subscribeAsync('room', { qos: 2 })
    const heard = nextPayload(client)
    const payload = Buffer.alloc(100 * 1024, 'x')
    await client.publishAsync('room', payload, { qos: 2 })
    expect(payload.equals(await heard)).toBe(true)
    await client.endAsync()
  })

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('is spoken in %s', async (version) => {
    const { ports, ca } = await open()
    const socket = await tlsSocket(ports.mqttsPort, { ca, minVersion: version, maxVersion: version })
    expect(socket.getProtocol()).toBe(version)
    expect(await peerOn(socket).connect()).toMatchObject({ reasonCode: 0 })
  })

  it('is not spoken in a version that is older than 1.2', async () => {
    const { ports, ca } = await open()
    const old = { ca, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }
    expect(await handshakeFailure(ports.mqttsPort, old)).toMatchObject({
      code: expect.stringMatching(/ERR_SSL|ECONNRESET/),
    })
  })

  it('is not spoken in 1.2 where 1.3 is the oldest', async () => {
    const files = await certificateFiles({ minimumVersion: 'TLSv1.3' })
    const { ports } = await openServer({ listen: { mqttsPort: 0, tls: files.tls } })
    const old = { ca: files.ca, maxVersion: 'TLSv1.2' }
    expect(await handshakeFailure(ports.mqttsPort, old)).toMatchObject({
      code: expect.stringMatching(/ERR_SSL|ECONNRESET/),
    })
  })

  it('is not taken for MQTT without', async () => {
    const { ports, server, ca } = await open()
    const plain = await rawSocket(ports.mqttsPort)
    plain.write(Buffer.from('100f00044d5154540502003c00000003616e61', 'hex'))
    // OpenSSL may say what it expected (an alert), and nothing of MQTT.
    expect((await untilClosed(plain))[0] ?? 0x15).toBe(0x15)
    expect(await (await tlsPeer(ports.mqttsPort, { ca })).connect()).toMatchObject({ reasonCode: 0 })
    await server.close()
  })

  it('says to the authenticator that nobody can read along', async () => {
    const seen: (boolean | undefined)[] = []
    const { ports, ca } = await open({
      authentication: [
        ({ remote }) => {
          seen.push(remote.secure)
          return { identity: { vendor: 'acme', client: 'ana' } }
        },
      ],
      listen: { mqttPort: 0 },
    })
    await (await tlsPeer(ports.mqttsPort, { ca })).connect()
    await peerOn(await rawSocket(ports.mqttPort)).connect()
    expect(seen).toEqual([true, undefined])
  })
})

describe('a handshake that never ends', () => {
  const places = { unconnectedStreams: 2 }

  it('is closed after the time for CONNECT', async () => {
    const { ports, clock, server, ca } = await open()
    const silent = await rawSocket(ports.mqttsPort)
    const half = await rawSocket(ports.mqttsPort)
    half.write(Buffer.from('16030100', 'hex'))
    // Both were accepted before this one, which has come in.
    await (await tlsPeer(ports.mqttsPort, { ca })).connect()
    clock.advance(5_000)
    await Promise.all([untilClosed(silent), untilClosed(half)])
    await server.close()
  })

  it('takes a place of those who have not connected yet, until it is closed', async () => {
    const { ports, clock, ca } = await open({ limits: places })
    const [one, two] = [await rawSocket(ports.mqttsPort), await rawSocket(ports.mqttsPort)]
    await untilClosed(await rawSocket(ports.mqttsPort))
    clock.advance(5_000)
    await Promise.all([untilClosed(one), untilClosed(two)])
    expect(await (await tlsPeer(ports.mqttsPort, { ca })).connect()).toMatchObject({ reasonCode: 0 })
  })

  it('gives its place back where it ends after all, or fails', async () => {
    const { ports, ca } = await open({ limits: places })
    for (let i = 0; i < 4; i++) {
      const wrong = await rawSocket(ports.mqttsPort)
      wrong.write('this is no TLS at all, and never will be')
      await untilClosed(wrong)
      const peer = await tlsPeer(ports.mqttsPort, { ca })
      expect(await peer.connect({ clientId: `c${i}` })).toMatchObject({ reasonCode: 0 })
    }
  })

  it('is closed with the server, and a TLS connection without a CONNECT too', async () => {
    const { ports, server, ca } = await open()
    const half = await rawSocket(ports.mqttsPort)
    const whole = await tlsSocket(ports.mqttsPort, { ca })
    const ended = Promise.all([untilClosed(half), untilClosed(whole)])
    await server.close()
    await ended
  })
})

describe('a new certificate', () => {
  const lookEveryMs = 30_000

  it('is taken by a reload, and connections stay', async () => {
    const { ports, server, authority, replace, ca, log } = await open()
    const ana = await tlsPeer(ports.mqttsPort, { ca })
    await ana.connect()
    expect(await shownTo(ports.mqttsPort, ca)).toBe('localhost')
    await replace(authority.issueForServer({ commonName: 'renewed' }))
    await server.reload()
    expect(await shownTo(ports.mqttsPort, ca)).toBe('renewed')
    expect(await ana.heard()).toEqual([])
    expect(log.all('Took a new server certificate')[0]).toMatchObject({ subject: 'CN=renewed' })
  })

  it('is found within 30 seconds where its files change', async () => {
    const { ports, clock, authority, replace, ca, log } = await open({ listen: { httpsPort: 0 } })
    const ana = await tlsPeer(ports.mqttsPort, { ca })
    await ana.connect({ keepAlive: 0 })
    await replace(authority.issueForServer({ commonName: 'renewed' }))
    clock.advance(lookEveryMs)
    await log.take('Took a new server certificate')
    expect(await shownTo(ports.mqttsPort, ca)).toBe('renewed')
    expect(await shownTo(ports.httpsPort, ca)).toBe('renewed')
    await replace(authority.issueForServer({ commonName: 'renewed again' }))
    clock.advance(lookEveryMs)
    await log.take('Took a new server certificate')
    expect(await shownTo(ports.mqttsPort, ca)).toBe('renewed again')
    expect(await ana.heard()).toEqual([])
  })

  it('whose key is another one’s changes nothing, and is logged once, until the right key comes', async () => {
    const { ports, clock, authority, replace, ca, log } = await open()
    const renewed = authority.issueForServer({ commonName: 'renewed' })
    await replace({ certificate: renewed.certificate })
    clock.advance(lookEveryMs)
    const { level, fields } = await log.take('The new server certificate was not taken')
    expect([level, fields.error]).toEqual(['error', expect.stringContaining('listen.tls.keyFile')])
    expect(await shownTo(ports.mqttsPort, ca)).toBe('localhost')
    await replace({ key: renewed.key })
    clock.advance(lookEveryMs)
    await log.take('Took a new server certificate')
    expect(log.all('was not taken')).toEqual([])
    expect(await shownTo(ports.mqttsPort, ca)).toBe('renewed')
  })

  it.each([
    ['no certificate', { certificate: 'half a fi' }, 'listen.tls.certFile'],
    ['no key', { key: 'half a fi' }, 'listen.tls.keyFile'],
  ])('that is %s is refused by a reload, and the old one stays', async (_, files, option) => {
    const { ports, server, replace, ca } = await open()
    await replace(files)
    await expect(server.reload()).rejects.toMatchObject({ name: 'OptionsError', option })
    expect(await shownTo(ports.mqttsPort, ca)).toBe('localhost')
  })
})

it('a reload that can’t read something else leaves the certificate as it was, and one that can takes all', async () => {
  const passwords = await temporaryFile('passwords', '')
  const { ports, server, authority, replace, ca } = await open({ authentication: [passwordFile(passwords)] })
  await replace(authority.issueForServer({ commonName: 'renewed' }))
  await writeFile(passwords, 'half a li')
  await expect(server.reload()).rejects.toMatchObject({ option: 'passwordFile' })
  expect(await shownTo(ports.mqttsPort, ca)).toBe('localhost')
  await writeFile(passwords, '')
  await server.reload()
  expect(await shownTo(ports.mqttsPort, ca)).toBe('renewed')
})

describe('a server does not start', () => {
  const refusal = async (tls: object) => {
    const files = await certificateFiles()
    const error = await startFailure({ listen: { mqttsPort: 0, tls: { ...files.tls, ...tls } } })
    expect(error).toBeInstanceOf(OptionsError)
    return error as OptionsError
  }

  it('without a certificate for its TLS port', async () => {
    expect(await startFailure({ listen: { mqttsPort: 0 } })).toMatchObject({ option: 'listen.tls' })
    expect(await startFailure({ listen: { httpsPort: 0 } })).toMatchObject({ option: 'listen.tls' })
  })

  it.each(['certFile', 'keyFile', 'caFile'] as const)('where its %s is not there', async (field) => {
    const { option, message } = await refusal({ [field]: '/nowhere/at.all' })
    expect([option, message]).toEqual([`listen.tls.${field}`, expect.stringContaining('/nowhere/at.all')])
  })

  it.each(['certFile', 'keyFile', 'caFile'] as const)('where its %s holds something else', async (field) => {
    const file = await temporaryFile('notes.txt', 'buy milk')
    expect(await refusal({ [field]: file })).toMatchObject({ option: `listen.tls.${field}` })
  })

  it('where the key is another one’s', async () => {
    const other = await certificateFiles()
    const { option, message } = await refusal({ keyFile: other.tls.keyFile })
    expect(option).toBe('listen.tls.keyFile')
    expect(message).toContain('is not the key of the certificate in')
  })

  it('where the key needs a passphrase, which it has no place for', async () => {
    const { privateKey } = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' },
    })
    const { option, message } = await refusal({ keyFile: await temporaryFile('server.key', privateKey) })
    expect([option, message]).toEqual(['listen.tls.keyFile', expect.stringContaining('passphrase')])
  })

  it('where the key is too weak for TLS', async () => {
    const { authority } = await certificateFiles()
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 512 })
    const weak = authority.issueFor(publicKey, privateKey, { commonName: 'localhost' })
    const certFile = await temporaryFile('server.crt', weak.certificate)
    const keyFile = await temporaryFile('server.key', weak.key)
    expect(await refusal({ certFile, keyFile })).toMatchObject({ option: 'listen.tls.certFile' })
  })

  it.each(['optional', 'required'] as const)(
    'where client certificates are %s, and nobody signs them',
    async (asked) => {
      expect(await refusal({ caFile: undefined, clientCertificates: asked })).toMatchObject({
        option: 'listen.tls.caFile',
      })
    },
  )

  it('where it is told of another way to ask for client certificates, or of an older TLS', async () => {
    expect(await refusal({ clientCertificates: 'require' })).toMatchObject({ option: 'listen.tls.clientCertificates' })
    expect(await refusal({ minimumVersion: 'TLSv1' })).toMatchObject({ option: 'listen.tls.minimumVersion' })
  })
})
