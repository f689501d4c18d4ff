import { constants } from 'node:crypto'
import type { TlsOptions as NodeTlsOptions, SecureContextOptions, Server } from 'node:tls'
import type { Alarm, Clock } from '@daakia/protocol'
import type { Log } from '../../log.js'
import { type CertificateFiles, readCertificateFiles, versionOf } from './certificate-files.js'
import type { TlsOptions } from './tls-options.js'

/** As often the files are looked at. */
const lookEveryMs = 30_000

export interface ServerCertificateOptions {
  tls: TlsOptions
  clock: Clock
  log: Log
}

/**
 * The server's certificate and key, which follow their files: new handshakes get what the files hold now, and
 * connections that are there stay. Files that don't go together change nothing.
 */
export class ServerCertificate {
  readonly #servers = new Set<Server>()
  #files: CertificateFiles
  /** Of the files that were taken, or refused, last. */
  #version: string
  #alarm: Alarm | undefined
  #closed = false

  private constructor(
    private readonly options: ServerCertificateOptions,
    files: CertificateFiles,
    version: string,
  ) {
    this.#files = files
    this.#version = version
    this.#lookLater()
  }

  /** @throws OptionsError where the files can't be read or don't go together. */
  static async open(options: ServerCertificateOptions): Promise<ServerCertificate> {
    // The version first: what is written meanwhile is then seen as new.
    const version = await versionOf(options.tls)
    return new ServerCertificate(options, await readCertificateFiles(options.tls), version)
  }

  /** For a server that is being made; `serve` then keeps it up to date. */
  get settings(): NodeTlsOptions {
    const { clientCertificates = 'none' } = this.options.tls
    return {
      ...this.#context,
      requestCert: clientCertificates !== 'none',
      rejectUnauthorized: clientCertificates === 'required',
    }
  }

  serve(server: Server): void {
    this.#servers.add(server)
  }

  /** Reads what the files hold now, and answers what puts it to use. @throws OptionsError where it can't be used */
  async read(): Promise<() => void> {
    const version = await versionOf(this.options.tls)
    try {
      const files = await readCertificateFiles(this.options.tls)
      return () => this.#take(files, version)
    } catch (error) {
      // It is told once.
      this.#version = version
      throw error
    }
  }

  close(): void {
    this.#closed = true
    this.#alarm?.cancel()
  }

  /** What somebody else has read meanwhile may be newer: then the next look finds another version. */
  #take(files: CertificateFiles, version: string): void {
    this.#files = files
    this.#version = version
    for (const server of this.#servers) server.setSecureContext(this.#context)
    const { subject, validTo } = this.#files.certificate
    this.options.log.info({ subject, validTo }, 'Took a new server certificate')
  }

  get #context(): SecureContextOptions {
    const { clientCertificates = 'none', minimumVersion = 'TLSv1.2' } = this.options.tls
    const { cert, key, ca } = this.#files
    return {
      cert,
      key,
      minVersion: minimumVersion,
      ...(ca !== undefined && { ca }),
      // Who is known by a certificate shows it each time, so that an authority that was taken away counts at once.
      ...(clientCertificates !== 'none' && { secureOptions: constants.SSL_OP_NO_TICKET }),
    }
  }

  #lookLater(): void {
    this.#alarm = this.options.clock.after(lookEveryMs, () => void this.#look())
  }

  async #look(): Promise<void> {
    try {
      if ((await versionOf(this.options.tls)) !== this.#version) (await this.read())()
    } catch (error) {
      this.options.log.error({ error: String(error) }, 'The new server certificate was not taken; the old one stays')
    }
    if (!this.#closed) this.#lookLater()
  }
}
