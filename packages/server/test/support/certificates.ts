import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** Who a certificate is for. A name that is given several times stands there several times. */
export interface Subject {
  commonName?: string | readonly string[]
  organization?: string
  organizationalUnit?: string
}

export interface CertificateFields extends Subject {
  dns?: readonly string[]
  uri?: readonly string[]
  email?: readonly string[]
  ip?: readonly string[]
  from?: Date
  until?: Date
}

/** PEM. */
export interface Issued {
  certificate: string
  key: string
}

/** An authority of the tests, which signs certificates on P-256 (RFC 5280). */
export class Authority {
  readonly #key: KeyObject
  readonly #name: Buffer
  /** PEM. */
  readonly certificate: string

  constructor(commonName = 'An authority') {
    const { publicKey, privateKey } = newKeys()
    this.#key = privateKey
    this.#name = nameOf({ commonName })
    this.certificate = this.#sign(publicKey, { commonName }, [authorityExtension])
  }

  issue(fields: CertificateFields): Issued {
    const { publicKey, privateKey } = newKeys()
    return this.issueFor(publicKey, privateKey, fields)
  }

  /** For keys of any kind. */
  issueFor(publicKey: KeyObject, privateKey: KeyObject, fields: CertificateFields): Issued {
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
    return { certificate: this.#sign(publicKey, fields, namesExtension(fields)), key }
  }

  /** For this machine's loopback, as servers of the tests need one. */
  issueForServer(fields: CertificateFields = {}): Issued {
    return this.issue({ commonName: 'localhost', dns: ['localhost'], ip: ['127.0.0.1'], ...fields })
  }

  #sign(publicKey: KeyObject, fields: CertificateFields, extensions: readonly Buffer[]): string {
    const { from = new Date(Date.now() - hour), until = new Date(Date.now() + 24 * hour) } = fields
    const signed = sequence(
      context(0, integer(Buffer.of(2))),
      integer(Buffer.concat([Buffer.of(1), randomBytes(8)])),
      ecdsaWithSha256,
      this.#name,
      sequence(time(from), time(until)),
      nameOf(fields),
      publicKey.export({ type: 'spki', format: 'der' }),
      ...(extensions.length > 0 ? [context(3, sequence(...extensions))] : []),
    )
    return pem(sequence(signed, ecdsaWithSha256, bitString(sign('sha256', signed, this.#key))))
  }
}

const hour = 60 * 60 * 1000

const newKeys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })

/** One element of DER (ITU-T X.690): tag, length, content. */
const element = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts)
  return Buffer.concat([Buffer.of(tag), lengthOf(content.length), content])
}

const lengthOf = (length: number): Buffer => {
  if (length < 0x80) return Buffer.of(length)
  return length < 0x100 ? Buffer.of(0x81, length) : Buffer.of(0x82, length >> 8, length & 0xff)
}

const sequence = (...parts: readonly Uint8Array[]) => element(0x30, ...parts)
const context = (number: number, ...parts: readonly Uint8Array[]) => element(0xa0 + number, ...parts)
const integer = (bytes: Uint8Array) => element(0x02, bytes)
const bitString = (bytes: Uint8Array) => element(0x03, Buffer.of(0), bytes)
const octetString = (bytes: Uint8Array) => element(0x04, bytes)
const identifier = (hex: string) => element(0x06, Buffer.from(hex, 'hex'))

/** UTCTime, which has years up to 2049. */
const time = (date: Date) => element(0x17, Buffer.from(`${date.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`))

const ecdsaWithSha256 = sequence(identifier('2a8648ce3d040302'))

const attributes = { commonName: '550403', organization: '55040a', organizationalUnit: '55040b' } as const

const nameOf = (subject: Subject): Buffer => {
  const each = (['organization', 'organizationalUnit', 'commonName'] as const).flatMap((field) =>
    [subject[field] ?? []].flat().map((text) => ({ field, text })),
  )
  return sequence(
    ...each.map(({ field, text }) =>
      element(0x31, sequence(identifier(attributes[field]), element(0x0c, Buffer.from(text)))),
    ),
  )
}

/** Basic constraints, critical: it may sign others. */
const authorityExtension = sequence(
  identifier('551d13'),
  element(0x01, Buffer.of(0xff)),
  octetString(sequence(element(0x01, Buffer.of(0xff)))),
)

const namesExtension = ({ email = [], dns = [], uri = [], ip = [] }: CertificateFields): Buffer[] => {
  const names = [
    ...email.map((name) => element(0x81, Buffer.from(name))),
    ...dns.map((name) => element(0x82, Buffer.from(name))),
    ...uri.map((name) => element(0x86, Buffer.from(name))),
    ...ip.map((address) => element(0x87, Buffer.from(address.split('.').map(Number)))),
  ]
  return names.length > 0 ? [sequence(identifier('551d11'), octetString(sequence(...names)))] : []
}

const pem = (bytes: Buffer): string => {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
