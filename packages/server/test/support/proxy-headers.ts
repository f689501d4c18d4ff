/** What a proxy puts in front: version 1 of the PROXY protocol. */
export const textHeader = (words: string): Buffer => Buffer.from(`PROXY ${words}\r\n`)

const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')

export interface BinaryHeader {
  /** Version in the upper half, command in the lower. */
  versionAndCommand?: number
  familyAndTransport?: number
  /** Addresses, ports and TLVs. */
  block?: Uint8Array
  /** Where it is not that of the block. */
  length?: number
}

/** Version 2: as a proxy sends it that speaks for somebody over TCP and IPv4, where nothing else is said. */
export const binaryHeader = (fields: BinaryHeader = {}): Buffer => {
  const { versionAndCommand = 0x21, familyAndTransport = 0x11, block = ipv4Block('192.0.2.1') } = fields
  const { length = block.length } = fields
  return Buffer.concat([signature, Buffer.of(versionAndCommand, familyAndTransport, length >> 8, length & 0xff), block])
}

const ports = Buffer.from('dc04075b', 'hex')

export const ipv4Block = (source: string): Buffer =>
  Buffer.concat([Buffer.from(source.split('.').map(Number)), Buffer.of(198, 51, 100, 1), ports])

/** `source` has all of its 32 digits. */
export const ipv6Block = (source: string): Buffer =>
  Buffer.concat([Buffer.from(source.replaceAll(':', ''), 'hex'), Buffer.alloc(16, 1), ports])
