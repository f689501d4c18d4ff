import type { ProtocolVersion } from '@daakia/protocol/mqtt'
import type { Identity } from '../identity.js'
import type { Remote } from './byte-stream.js'

/** What a client shows when it connects. */
export interface Credentials {
  /** The MQTT client identifier; the one that the server assigned where the client gave none. */
  connection: string
  version: ProtocolVersion
  username?: string
  password?: Uint8Array
  remote: Remote
}

/** Why a client may not come in: a reason code of CONNACK in MQTT 5, and what to do about it. */
export interface Refusal {
  reasonCode: number
  reason: string
}

/** Who the client is, or why it may not come in. */
export type Authentication = { identity: Identity } | Refusal

/** Asks the identity service. A throw is told to the client as 0x88 (Server unavailable). */
export type Authenticate = (credentials: Credentials) => Authentication | Promise<Authentication>
