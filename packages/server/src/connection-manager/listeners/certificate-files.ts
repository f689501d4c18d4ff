import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { createSecureContext } from 'node:tls'
import { OptionsError } from '../../errors.js'
import type { TlsOptions } from './tls-options.js'

/** What the files hold, in PEM form, checked: the key is the certificate's. */
export interface CertificateFiles {
  cert: string
  key: string
  ca?: string
  certificate: X509Certificate
}

type FileField = 'certFile' | 'keyFile' | 'caFile'

/** @throws OptionsError that names the field and the file, where one can't be read or is not what it should be. */
export const readCertificateFiles = async (tls: TlsOptions): Promise<CertificateFiles> => {
  const [cert, key, ca] = await Promise.all([
    read('certFile', tls.certFile),
    read('keyFile', tls.keyFile),
    tls.caFile === undefined ? undefined : read('caFile', tls.caFile),
  ])
  const certificate = parseCertificates('certFile', tls.certFile, cert)
  if (!certificate.checkPrivateKey(parseKey(tls.keyFile, key)))
    throw problem('keyFile', tls.keyFile, `is not the key of the certificate in ${tls.certFile}`)
  if (ca !== undefined) parseCertificates('caFile', tls.caFile ?? '', ca)
  checkUsable(tls, { cert, key })
  return { cert, key, certificate, ...(ca !== undefined && { ca }) }
}

/** Changes when one of the files was replaced or written to. */
export const versionOf = async ({ certFile, keyFile, caFile }: TlsOptions): Promise<string> => {
  const files = [certFile, keyFile, ...(caFile === undefined ? [] : [caFile])]
  return (await Promise.all(files.map(fileVersion))).join(' ')
}

const fileVersion = async (file: string): Promise<string> => {
  try {
    const { ino, size, mtimeNs } = await stat(file, { bigint: true })
    return [ino, size, mtimeNs].join('-')
  } catch {
    return 'absent'
  }
}

const read = async (field: FileField, file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw problem(field, file, `can't be read (${(error as NodeJS.ErrnoException).code})`)
  }
}

const pemCertificates = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g

/** The first one; all of them must be certificates. */
const parseCertificates = (field: FileField, file: string, pem: string): X509Certificate => {
  try {
    const [first] = (pem.match(pemCertificates) ?? []).map((each) => new X509Certificate(each))
    if (first) return first
  } catch {}
  throw problem(field, file, 'holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)')
}

/** Of PKCS #8, and of what was there before it (RFC 1421). */
const encryptedKey = /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m

const parseKey = (file: string, pem: string): KeyObject => {
  if (encryptedKey.test(pem)) throw problem('keyFile', file, 'is protected by a passphrase: give the key without')
  try {
    return createPrivateKey(pem)
  } catch {
    throw problem('keyFile', file, 'holds no private key in PEM form')
  }
}

/** OpenSSL takes no key that is too weak, though it is one. */
const checkUsable = ({ certFile }: TlsOptions, files: { cert: string; key: string }): void => {
  try {
    createSecureContext(files)
  } catch (error) {
    const { reason, message } = error as Error & { reason?: string }
    throw problem('certFile', certFile, `can't be used for TLS (${reason ?? message})`)
  }
}

const problem = (field: FileField, file: string, what: string): OptionsError =>
  new OptionsError(`listen.tls.${field}`, `listen.tls.${field}: ${file} ${what}`)
