/** Who a connection speaks for. A client sees only its vendor. */
export interface Identity {
  vendor: string
  /** A person, a bot or a service; not a connection. */
  client: string
  /**
   * The vendor itself: it may act on the topics of all its clients (in a rule, `{client}` is any of them), and speak in
   * and read all their conversations. What is said in those it is no member of does not come to its inbox.
   */
  role?: 'vendor'
}

/** A session's full name: two clients that choose the same MQTT client identifier do not meet. */
export interface SessionName {
  vendor: string
  client: string
  /** The MQTT client identifier. */
  connection: string
}

/** Who asks for something, by which of its connections. */
export interface Principal extends SessionName {
  role?: 'vendor'
}

export const principalOf = ({ vendor, client, role }: Identity, connection: string): Principal => ({
  vendor,
  client,
  connection,
  ...(role && { role }),
})
