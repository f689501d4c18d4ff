const hex = (code: number) => `0x${code.toString(16).padStart(2, '0')}`

/** Reason codes that the same client would get again on its next connection. */
const lastingRefusals: ReadonlySet<number> = new Set([
  0x81, 0x82, 0x84, 0x85, 0x86, 0x87, 0x8a, 0x8c, 0x8e, 0x8f, 0x90, 0x95, 0x98, 0x9b, 0x9d, 0x9e, 0xa1, 0xa2,
])

/**
 * The server said no. Saying the same again is pointless, unless `reason` says otherwise.
 *
 * @example
 * await conversation.send('two large').catch((error) => {
 *   if (!(error instanceof Refused)) throw error
 *   console.error(`Not sent: ${error.reason} (${error.reasonCode})`)
 * })
 */
export class Refused extends Error {
  override readonly name = 'Refused'
  /** A reason code of MQTT 5 (table 2-6), 0x80 or above. */
  readonly reasonCode: number
  /** What to do about it, in the server's words; empty where it gave none. */
  readonly reason: string

  constructor(reasonCode: number, reason = '') {
    super(`${reason || 'The server refused.'} (${hex(reasonCode)})`)
    this.reasonCode = reasonCode
    this.reason = reason
  }

  /** Whether a new connection would be refused in the same way: connecting again by itself ends here. */
  get lasting(): boolean {
    return lastingRefusals.has(this.reasonCode)
  }
}

/**
 * The connection went away, or could not be made. Whether what was under way has arrived is not known.
 *
 * @example
 * client.onStatus((status) => {
 *   const isLost = status.state === 'offline' && status.reason instanceof ConnectionLost
 *   if (isLost) console.log(`${status.reason.message} Again in ${status.retryInMs} ms.`)
 * })
 */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost'
}

/**
 * It was closed by its owner: nothing more is sent.
 *
 * @example
 * await conversation.send('bye').catch((error) => {
 *   if (!(error instanceof Closed)) throw error // whoever closed it knows
 * })
 */
export class Closed extends Error {
  override readonly name = 'Closed'
}

/**
 * The server has taken the message before, under the same id, and does not keep it any more. It is not said again.
 *
 * @example
 * await conversation.send('two large', { id: 'order-7' }).catch((error) => {
 *   if (!(error instanceof NotKept)) throw error // it was said, long ago
 * })
 */
export class NotKept extends Error {
  override readonly name = 'NotKept'
}

/**
 * A call was not answered in time. Whether it was carried out is not known.
 *
 * @example
 * const shipped = await client.call('orders', 'ship', { id: 7 }, { timeoutMs: 2_000 }).catch((error) => {
 *   if (error instanceof CallTimeout) return client.call('orders', 'isShipped', { id: 7 })
 *   throw error
 * })
 */
export class CallTimeout extends Error {
  override readonly name = 'CallTimeout'
}

/**
 * A service answered a call with an error of JSON-RPC 2.0 (section 5.1).
 *
 * @example
 * const ship: Handler<{ id: number }> = ({ id }) => {
 *   if (id > 7) throw new RpcFailure(404, `There is no order ${id}`)
 *   return `shipped ${id}`
 * }
 */
export class RpcFailure extends Error {
  override readonly name = 'RpcFailure'
  /** One of `RpcCode` of `@daakia/protocol`, or the service's own. */
  readonly code: number
  readonly data: unknown

  constructor(code: number, message: string, data?: unknown) {
    super(message)
    this.code = code
    this.data = data
  }
}
