import { BlockList, isIP, isIPv4, type Socket } from 'node:net'
import type { Remote } from '../byte-stream.js'
import type { Arrival } from './arrivals.js'
import { type ProxyHeader, parseProxyHeader } from './proxy-header.js'

/** Whether the socket's own address is one of a proxy, which begins with a PROXY header. */
export type TrustedProxies = (address: string) => boolean

/** Everybody is a proxy, or those within the ranges, such as `10.0.0.0/8`, or a single address. */
export const trustedProxies = (proxies: true | { from: readonly string[] }): TrustedProxies => {
  if (proxies === true) return () => true
  const list = new BlockList()
  for (const range of proxies.from) addRange(list, range)
  return (address) => list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6')
}

/** Whether it is an address, or a range of them in CIDR notation. */
export const isAddressRange = (range: string): boolean => {
  const [, address = '', bits] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(range) ?? []
  const version = isIP(address)
  return version !== 0 && !address.includes('%') && Number(bits ?? 0) <= (version === 4 ? 32 : 128)
}

const addRange = (list: BlockList, range: string): void => {
  const [address = '', bits] = range.split('/')
  const family = isIPv4(address) ? 'ipv4' : 'ipv6'
  if (bits === undefined) list.addAddress(address, family)
  else list.addSubnet(address, Number(bits), family)
}

/**
 * Finds out for whom a proxy speaks, and hands the socket over. Who is no proxy speaks for itself: what it puts in
 * front is not believed, and is no MQTT. A proxy without a right header is closed.
 */
export const identify = (arrival: Arrival, proxies: TrustedProxies, enter: (arrival: Arrival) => void): void => {
  const identified = (header: ProxyHeader) => {
    arrival.remote = behind(arrival.remote, header)
    enter(arrival)
  }
  if (proxies(arrival.remote.address)) readHeader(arrival.socket, identified)
  else enter(arrival)
}

/** Nobody is on this machine's loopback because the proxy is, or because it says so: that is for who comes without one. */
const behind = (proxy: Remote, { address }: ProxyHeader): Remote => ({
  address: address ?? proxy.address,
  loopback: false,
})

const readHeader = (socket: Socket, found: (header: ProxyHeader) => void): void => {
  let bytes: Buffer = Buffer.alloc(0)
  const read = () => {
    const chunk: Buffer | null = socket.read()
    if (!chunk) return
    bytes = bytes.length > 0 ? Buffer.concat([bytes, chunk]) : chunk
    const header = parsed(socket, bytes)
    if (!header) return
    socket.off('readable', read)
    socket.off('end', giveUp)
    if (bytes.length > header.length) socket.unshift(bytes.subarray(header.length))
    // The stream forgets in this tick's end that somebody waited for `readable`; then it is like one just accepted.
    process.nextTick(() => socket.destroyed || found(header))
  }
  const giveUp = () => void socket.destroy()
  socket.on('readable', read)
  socket.on('end', giveUp)
}

const parsed = (socket: Socket, bytes: Buffer): ProxyHeader | undefined => {
  try {
    return parseProxyHeader(bytes)
  } catch {
    socket.destroy()
    return undefined
  }
}
