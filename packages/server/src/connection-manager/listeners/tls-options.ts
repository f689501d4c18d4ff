import type { SecureVersion } from 'node:tls'

export interface TlsOptions {
  /** A file with the server's certificate in PEM form, and with what lies between it and its authority. */
  certFile: string
  /** A file with its private key in PEM form, without a passphrase. */
  keyFile: string
  /** A file with the authorities, in PEM form, that sign client certificates. Needed where those are asked for. */
  caFile?: string
  /**
   * `required`: nobody comes in without a certificate of one of these authorities. `optional`: who shows one is known
   * by it, and what no authority has signed counts as none. Default: `none`.
   */
  clientCertificates?: 'none' | 'optional' | 'required'
  /** Default: `TLSv1.2`. */
  minimumVersion?: Extract<SecureVersion, 'TLSv1.2' | 'TLSv1.3'>
}
