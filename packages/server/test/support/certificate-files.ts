import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TlsOptions } from '../../src/index.js'
import { Authority, type Issued } from './certificates.js'
import { temporaryFolder } from './temporary-folder.js'

/** A server's certificate in files, as an operator keeps it. */
export interface CertificateFiles {
  /** Who has signed the server's certificate, and who signs those of clients. */
  authority: Authority
  /** With the authority as the one of clients, though nobody is asked for a certificate. */
  tls: TlsOptions & { caFile: string }
  /** PEM of the authority: what clients trust. */
  ca: string
  /** Puts another certificate in the place of the first. */
  replace(issued: Partial<Issued>): Promise<void>
}

export const certificateFiles = async (options: Partial<TlsOptions> = {}): Promise<CertificateFiles> => {
  const folder = await temporaryFolder()
  const authority = new Authority()
  const tls = {
    certFile: join(folder, 'server.crt'),
    keyFile: join(folder, 'server.key'),
    caFile: join(folder, 'clients.crt'),
    ...options,
  }
  const replace = async ({ certificate, key }: Partial<Issued>): Promise<void> => {
    if (key !== undefined) await put(tls.keyFile, key)
    if (certificate !== undefined) await put(tls.certFile, certificate)
  }
  await replace(authority.issueForServer())
  await put(tls.caFile, authority.certificate)
  return { authority, tls, ca: authority.certificate, replace }
}

/** As those who renew certificates do: nobody reads half a file. */
const put = async (file: string, text: string): Promise<void> => {
  await writeFile(`${file}.new`, text)
  await rename(`${file}.new`, file)
}
