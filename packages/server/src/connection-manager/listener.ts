/** A door that is open. */
export interface Listener {
  /** The port it listens on: the one the system chose where 0 was asked for. */
  readonly port: number
  /** Lets nobody in any more. Streams that are open stay so. */
  close(): Promise<void>
}
