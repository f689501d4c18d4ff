import type { OpenSocket } from '@daakia/client-sdk/internal'

/** The ways to one server. */
export interface Sockets {
  /** Whatever the url is, it leads to the server. */
  readonly open: OpenSocket
  /** Whether something has been sent on one end and has not come out on the other: bytes, a connection, or its end. */
  readonly underWay: boolean
  /** Breaks all of them, as when the server dies. */
  cut(): void
  /** Nobody asks for them any more. */
  close(): void
}
