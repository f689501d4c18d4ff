const trustIt = 'Name the authority that signed its certificate: NODE_EXTRA_CA_CERTS=authority.pem.'

/** What to do where the words of Node don't tell, by its codes of errors. */
const advice: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: trustIt,
  SELF_SIGNED_CERT_IN_CHAIN: trustIt,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: trustIt,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: trustIt,
  ERR_SSL_WRONG_VERSION_NUMBER: 'Nobody speaks TLS there: is the port the one for mqtts: or wss:?',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'Nobody speaks TLS there: is the port the one for mqtts: or wss:?',
}

/** What `ws` says of an answer that is no upgrade; it has no code. */
const notFound = /server response: 404/
const elsewhere = 'A Daakia server takes WebSockets at the path /mqtt: does the url end so?'

/** Why there is no connection, and what to do about it. */
export const troubleWith = (error: Error & { code?: unknown }): string => {
  // Node gives no message when several addresses were tried, only a code.
  const what = error.message || String(error.code ?? error.name)
  const todo = advice[String(error.code)] ?? (notFound.test(what) ? elsewhere : undefined)
  return todo === undefined ? what : `${what.replace(/\.?\s*$/, '')}. ${todo}`
}
