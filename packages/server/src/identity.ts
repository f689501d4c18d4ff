/** Who a connection speaks for. A client sees only its vendor. */
export interface Identity {
  vendor: string
  /** A person, a bot or a service; not a connection. */
  client: string
}

/** A session's full name: two clients that choose the same MQTT client identifier do not meet. */
export interface SessionName extends Identity {
  /** The MQTT client identifier. */
  connection: string
}
