import type { Clock } from '@daakia/protocol'
import type { ProtocolVersion } from '@daakia/protocol/mqtt'
import type { Identity } from '../../identity.js'
import type { Log } from '../../log.js'
import type { Remote } from '../byte-stream.js'

/** What a client shows when it connects, or when it re-authenticates. */
export interface Credentials {
  /** The MQTT client identifier; the one that the server assigned where the client gave none. */
  connection: string
  version: ProtocolVersion
  username?: string
  password?: Uint8Array
  /** Enhanced authentication (MQTT 5, 4.12): the Authentication Method that the client chose, and its first data. */
  method?: string
  data?: Uint8Array
  remote: Remote
}

/** Why a client may not come in: a reason code of CONNACK in MQTT 5, and what to do about it. */
export interface Refusal {
  reasonCode: number
  /** Told to the client: nothing that helps somebody who guesses. */
  reason: string
  /** For the log only. Never a password or a token. */
  detail?: string
  /** With 0x9C and 0x9D: where to connect instead (MQTT 5, 4.13). */
  serverReference?: string
}

/** Who the client is. */
export interface Admitted {
  identity: Identity
  /** Milliseconds since the Unix epoch: as long what the client has shown is good for. */
  expiresAt?: number
  /** Enhanced authentication: the server's last data. */
  data?: Uint8Array
}

/** Enhanced authentication: another step is needed. */
export interface Challenge {
  data: Uint8Array
  /** Called with what the client answers. */
  next(data: Uint8Array): Authentication | Promise<Authentication>
}

/** Who the client is, why it may not come in, or what it has to answer first. */
export type Authentication = Admitted | Refusal | Challenge

/**
 * One way of knowing who somebody is, as a function. `undefined` where these are not its kind of credentials, or
 * nobody that it knows: the next one is asked. A throw is told to the client as 0x88 (Server unavailable).
 */
export type Authenticate = (
  credentials: Credentials,
) => Authentication | undefined | Promise<Authentication | undefined>

/** What an authenticator works with. */
export interface AuthenticatorServices {
  clock: Clock
  log: Log
}

/** One way of knowing who somebody is. Several are asked in order. */
export interface Authenticator {
  /** For logs and metrics. */
  readonly name: string
  /** Authentication Methods (MQTT 5, 4.12) that it takes. It is never asked about another one. */
  readonly methods?: readonly string[]
  /**
   * Reads its keys and files, before anybody is asked about. Where they can't be read it rejects, and the server does
   * not start.
   */
  start?(services: AuthenticatorServices): void | Promise<void>
  authenticate: Authenticate
  /**
   * Reads its keys and files anew, and answers what puts them to use: nothing changes before everything that a server
   * reads anew was read. Rejects where they can't be read, and what it had stays.
   */
  reload?(): Promise<() => void>
  close?(): void
}
