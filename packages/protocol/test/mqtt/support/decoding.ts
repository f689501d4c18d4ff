import { Decoder, type DecoderOptions, MqttError, type Packet, type ProtocolVersion } from '@daakia/protocol/mqtt'
import type { PacketKind } from './arbitraries.js'

/** A packet size that is never in the way. */
export const plenty = 1_000_000

/** A decoder at the end that receives this kind of packet. */
export const decoderFor = ({ type, version, receiver }: Pick<PacketKind, 'type' | 'version' | 'receiver'>): Decoder => {
  if (receiver === 'client') return new Decoder({ role: 'client', maximumPacketSize: plenty, version })
  const known = type === 'connect' ? {} : { version }
  return new Decoder({ role: 'server', maximumPacketSize: plenty, ...known })
}

/** A decoder of a server in the midst of a connection. */
export const serverDecoder = (version: ProtocolVersion, options: Partial<DecoderOptions> = {}): Decoder =>
  new Decoder({ maximumPacketSize: plenty, ...options, role: 'server', version })

/** A decoder of a server before CONNECT. */
export const newServerDecoder = (): Decoder => new Decoder({ role: 'server', maximumPacketSize: plenty })

export const clientDecoder = (version: ProtocolVersion): Decoder =>
  new Decoder({ role: 'client', maximumPacketSize: plenty, version })

/** All packets that are complete by now. */
export const drain = (decoder: Decoder): Packet[] => {
  const packets: Packet[] = []
  for (let packet = decoder.next(); packet; packet = decoder.next()) packets.push(packet)
  return packets
}

/** All packets in `bytes`, pushed at once. */
export const decodeAll = (decoder: Decoder, bytes: Uint8Array): Packet[] => {
  decoder.push(bytes)
  return drain(decoder)
}

/** The error of the call, which has to be an MqttError. */
export const refusal = (run: () => unknown): MqttError => {
  try {
    run()
  } catch (error) {
    if (error instanceof MqttError) return error
    throw error
  }
  throw new Error('It was not refused')
}

/** Bytes from hexadecimal text; blanks are for the reader. */
export const hex = (text: string): Uint8Array =>
  Uint8Array.from(text.replace(/\s/g, '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
