import type { PeerCertificate, TLSSocket } from 'node:tls'
import type { ClientCertificate } from '../byte-stream.js'

/** The certificate that the peer has shown; `undefined` where there is none, or no authority of the server's choice has signed it. */
export const clientCertificateOf = (socket: TLSSocket): ClientCertificate | undefined => {
  const shown = socket.getPeerCertificate()
  // Without a certificate a peer may count as authorized, and what is shown is empty.
  if (!socket.authorized || !shown?.subject) return undefined
  return readCertificate(shown)
}

const readCertificate = (shown: PeerCertificate): ClientCertificate => {
  const { subject, subjectaltname, fingerprint256, serialNumber, valid_to } = shown
  const [organization, organizationalUnit] = [only(subject.O), only(subject.OU)]
  return {
    commonName: only(subject.CN) ?? '',
    ...(organization !== undefined && { organization }),
    ...(organizationalUnit !== undefined && { organizationalUnit }),
    alternativeNames: splitNames(subjectaltname ?? ''),
    fingerprint: fingerprint256,
    serialNumber,
    validUntil: Date.parse(valid_to),
  }
}

/** A name that is there several times names nobody. */
const only = (name: string | string[] | undefined): string | undefined => (typeof name === 'string' ? name : undefined)

/** Node joins the names with `, ` and writes those as JSON strings that hold what could be taken for another name. */
const eachName = /([^:,]+):(?:("(?:[^"\\]|\\.)*")|([^,]*))(?:, |$)/g

export const splitNames = (joined: string): string[] =>
  [...joined.matchAll(eachName)].map(([, kind, quoted, plain]) => `${kind}:${quoted ? JSON.parse(quoted) : plain}`)
