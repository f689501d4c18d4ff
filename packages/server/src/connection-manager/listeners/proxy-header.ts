import { isIPv4, isIPv6, SocketAddress } from 'node:net'

/**
 * Whom a proxy speaks for, as it says in front of everything else (the PROXY protocol, versions 1 and 2, haproxy's
 * `doc/proxy-protocol.txt`).
 */
export interface ProxyHeader {
  /** Of the client, in canonical form; absent where the proxy speaks for itself, or names no address of the Internet. */
  address?: string
  /** How many bytes the header takes. */
  length: number
}

/** The bytes do not begin with a PROXY header. */
export class ProxyHeaderError extends Error {
  override readonly name = 'ProxyHeaderError'
}

const longestText = 107
/** What follows the fixed part: addresses and TLVs. A header with all that proxies send today takes some hundred. */
const longestBinaryRest = 4_096
const binaryFixedBytes = 16

const textSignature = Buffer.from('PROXY ')
const binarySignature = Buffer.from('0d0a0d0a000d0a515549540a', 'hex')

/** Reads a header; `undefined` until more of it has come. @throws ProxyHeaderError */
export const parseProxyHeader = (bytes: Buffer): ProxyHeader | undefined => {
  if (beginsLike(bytes, binarySignature)) return parseBinary(bytes)
  if (beginsLike(bytes, textSignature)) return parseText(bytes)
  throw new ProxyHeaderError('There is no PROXY header')
}

/** Whether the bytes, as far as they have come, are those of the signature. */
const beginsLike = (bytes: Buffer, signature: Buffer): boolean => {
  const length = Math.min(bytes.length, signature.length)
  return bytes.compare(signature, 0, length, 0, length) === 0
}

/** Version 1: a line such as `PROXY TCP4 192.0.2.1 198.51.100.1 56324 1883`. */
const parseText = (bytes: Buffer): ProxyHeader | undefined => {
  const line = bytes.toString('latin1', 0, longestText)
  const end = line.indexOf('\r\n')
  if (end >= 0) return { ...textAddress(line.slice(0, end).split(' ')), length: end + 2 }
  if (bytes.length >= longestText) throw new ProxyHeaderError('The PROXY line does not end')
  return undefined
}

const textAddress = ([, protocol, ...fields]: string[]): { address?: string } => {
  if (protocol === 'UNKNOWN') return {}
  const isAddress = protocol === 'TCP4' ? isIPv4 : protocol === 'TCP6' ? isPlainIPv6 : undefined
  const [source = '', destination = '', ...ports] = fields
  if (!isAddress?.(source) || !isAddress(destination) || ports.length !== 2 || !ports.every(isPort))
    throw new ProxyHeaderError('The PROXY line is malformed')
  return { address: canonical(source) }
}

/** Without a zone, which means nothing on this machine. */
const isPlainIPv6 = (text: string): boolean => isIPv6(text) && !text.includes('%')

const isPort = (text: string): boolean => /^(0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535

const commands = { local: 0, proxy: 1 }
const families = { unspecified: 0, ipv4: 1, ipv6: 2, unix: 3 }
const highestTransport = 2

/** Version 2: signature, version and command, family and transport, length; then addresses and TLVs. */
const parseBinary = (bytes: Buffer): ProxyHeader | undefined => {
  if (bytes.length < binaryFixedBytes) return undefined
  const versionAndCommand = bytes.readUInt8(12)
  const rest = bytes.readUInt16BE(14)
  checkBinary(versionAndCommand, bytes.readUInt8(13), rest)
  const length = binaryFixedBytes + rest
  if (bytes.length < length) return undefined
  if ((versionAndCommand & 15) === commands.local) return { length }
  return { ...binaryAddress(bytes.readUInt8(13) >> 4, bytes.subarray(binaryFixedBytes, length)), length }
}

const checkBinary = (versionAndCommand: number, familyAndTransport: number, rest: number): void => {
  const known =
    versionAndCommand >> 4 === 2 &&
    (versionAndCommand & 15) <= commands.proxy &&
    familyAndTransport >> 4 <= families.unix &&
    (familyAndTransport & 15) <= highestTransport
  if (!known) throw new ProxyHeaderError('The PROXY header is malformed')
  if (rest > longestBinaryRest) throw new ProxyHeaderError(`The PROXY header is longer than ${longestBinaryRest} bytes`)
}

const binaryAddress = (family: number, block: Buffer): { address?: string } => {
  if (family === families.ipv4) return { address: canonical(ipv4(block)) }
  if (family === families.ipv6) return { address: canonical(ipv6(block)) }
  return {}
}

/** Two addresses and two ports. */
const blockBytes = { ipv4: 12, ipv6: 36 }

const ipv4 = (block: Buffer): string => {
  if (block.length < blockBytes.ipv4) throw new ProxyHeaderError('The PROXY header is too short for its addresses')
  return block.subarray(0, 4).join('.')
}

const ipv6 = (block: Buffer): string => {
  if (block.length < blockBytes.ipv6) throw new ProxyHeaderError('The PROXY header is too short for its addresses')
  return Array.from({ length: 8 }, (_, i) => block.readUInt16BE(2 * i).toString(16)).join(':')
}

/** As a socket would name it. */
const canonical = (address: string): string =>
  new SocketAddress({ address, family: isIPv4(address) ? 'ipv4' : 'ipv6' }).address
