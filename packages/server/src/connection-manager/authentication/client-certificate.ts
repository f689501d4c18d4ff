import { isClientId } from '@daakia/protocol'
import { OptionsError } from '../../errors.js'
import type { ClientCertificate } from '../byte-stream.js'
import type { Authentication, Authenticator, Credentials, Refusal } from './authenticator.js'
import { notAllowed } from './refusals.js'

export interface ClientCertificateOptions {
  /** Where the client's name stands: in the subject, or in an alternative name of this kind. `commonName` where it is absent. */
  client?: 'commonName' | 'dns' | 'uri' | 'email'
  /**
   * A regular expression that such a name has to match from its first character to its last. Its group `client` is the
   * client, its group `vendor`, where it has one, the vendor: `spiffe://(?<vendor>[^/]+)/(?<client>[^/]+)`. Absent: the
   * name is the client.
   */
  pattern?: string
  /** The vendor of all clients. */
  vendor?: string
  /** Where the vendor's name stands in the subject. */
  vendorFrom?: 'organization' | 'organizationalUnit'
}

/**
 * Knows clients by the certificate that they have shown in TLS. The listener has verified it; whom it names is looked
 * up here. The vendor comes from one of `vendor`, `vendorFrom` and the pattern's group.
 *
 * ```ts
 * clientCertificate({ client: 'commonName', vendorFrom: 'organization' })
 * ```
 *
 * @throws OptionsError
 */
export const clientCertificate = (options: ClientCertificateOptions): Authenticator => {
  const namesOf = namesIn[options.client ?? 'commonName']
  const pattern = patternOf(options)
  return {
    name: 'client-certificate',
    authenticate({ remote: { certificate } }: Credentials): Authentication | undefined {
      return certificate && identify(certificate, namesOf(certificate), { ...options, pattern })
    },
  }
}

interface Rules {
  pattern: RegExp
  vendor?: string
  vendorFrom?: 'organization' | 'organizationalUnit'
}

interface Name {
  client: string
  vendor: string
}

const alternative =
  (kind: string) =>
  ({ alternativeNames }: ClientCertificate): readonly string[] =>
    alternativeNames.filter((name) => name.startsWith(kind)).map((name) => name.slice(kind.length))

const namesIn = {
  commonName: ({ commonName }: ClientCertificate): readonly string[] => [commonName],
  dns: alternative('DNS:'),
  uri: alternative('URI:'),
  email: alternative('email:'),
} as const

const identify = (certificate: ClientCertificate, names: readonly string[], rules: Rules): Authentication => {
  const [name, ...others] = names.flatMap((each) => nameOf(each, certificate, rules) ?? [])
  if (!name)
    return refused(`the certificate ${certificate.fingerprint} names no client and vendor where they should be`)
  if (others.length > 0) return refused(`the certificate ${certificate.fingerprint} names several clients`)
  const { validUntil } = certificate
  return { identity: name, ...(validUntil !== undefined && { expiresAt: validUntil }) }
}

const nameOf = (text: string, certificate: ClientCertificate, { pattern, vendor, vendorFrom }: Rules) => {
  const groups = pattern.exec(text)?.groups
  const client = groups?.client
  const of = groups?.vendor ?? (vendorFrom ? certificate[vendorFrom] : vendor)
  return isName(client) && isName(of) ? ({ client, vendor: of } satisfies Name) : undefined
}

const isName = (text: string | undefined): text is string => text !== undefined && isClientId(text)

const refused = (detail: string): Refusal => notAllowed('The certificate is not for a client of this server.', detail)

const patternOf = ({ pattern = '(?<client>.*)', vendor, vendorFrom }: ClientCertificateOptions): RegExp => {
  const option = 'clientCertificate.pattern'
  const vendors = [vendor, vendorFrom, pattern.includes('(?<vendor>') || undefined].filter((each) => each !== undefined)
  if (vendors.length !== 1)
    throw new OptionsError(
      'clientCertificate.vendor',
      'clientCertificate needs one of vendor, vendorFrom and a group vendor in pattern',
    )
  if (vendor !== undefined && !isClientId(vendor))
    throw new OptionsError(
      'clientCertificate.vendor',
      'clientCertificate.vendor must be 1 to 128 of A-Z a-z 0-9 . _ @ -',
    )
  if (!pattern.includes('(?<client>')) throw new OptionsError(option, `${option} needs a group (?<client>…)`)
  try {
    return new RegExp(`^(?:${pattern})$`, 'u')
  } catch {
    throw new OptionsError(option, `${option} must be a regular expression`)
  }
}
