import { isOrigin, type TlsOptions } from './connection-manager/index.js'
import { isAddressRange } from './connection-manager/listeners/proxy-protocol.js'
import { OptionsError } from './errors.js'

export interface ListenOptions {
  /** `127.0.0.1` where it is absent: this machine only. */
  host?: string
  /** MQTT over TCP; 0 takes a free port. Absent: not at all. */
  mqttPort?: number
  /** MQTT over TLS, as `tls` says; 0 takes a free port. Absent: not at all. */
  mqttsPort?: number
  /** MQTT over WebSocket at `/mqtt`, and pages for operators; 0 takes a free port. Absent: not at all. */
  httpPort?: number
  /** The same over TLS. */
  httpsPort?: number
  /** Needed for `mqttsPort` and `httpsPort`. Its files are looked at every 30 seconds, and used anew when they change. */
  tls?: TlsOptions
  /**
   * Whether a proxy stands before all ports, which begins each connection with a PROXY header (versions 1 and 2): all
   * who connect are one, or those with an address in these ranges, such as `10.0.0.0/8`.
   */
  proxyProtocol?: boolean | { from: readonly string[] }
  /** What who reads `/metrics` has to show, as `Authorization: Bearer …`. Absent: it is for this machine alone. */
  metricsToken?: string
  /** Origins of the web pages that may connect, such as `https://app.example.com`, or `*`. Absent: those of the same host. */
  origins?: readonly string[]
}

export type ListenSettings = ListenOptions & { host: string }

const portNames = ['mqttPort', 'mqttsPort', 'httpPort', 'httpsPort'] as const

/** @throws OptionsError */
export const checkListen = (listen: ListenOptions): void => {
  checkPorts(listen)
  checkTls(listen)
  checkProxies(listen)
  checkOrigins(listen.origins)
  if (listen.metricsToken === '') throw new OptionsError('listen.metricsToken', 'listen.metricsToken must not be empty')
}

/** @throws OptionsError */
export const checkOrigins = (origins: readonly string[] = []): void => {
  for (const origin of origins)
    if (!isOrigin(origin))
      throw new OptionsError(
        'listen.origins',
        `listen.origins: ${origin} is no origin: give scheme and host, such as https://app.example.com, or *`,
      )
}

const checkPorts = (listen: ListenOptions): void => {
  const taken = new Map<number, string>()
  for (const name of portNames) {
    const port = listen[name]
    if (port === undefined) continue
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new OptionsError(`listen.${name}`, `listen.${name} must be a port: a whole number from 0 to 65535`)
    const other = port === 0 ? undefined : taken.get(port)
    if (other) throw new OptionsError(`listen.${name}`, `listen.${other} and listen.${name} must differ`)
    taken.set(port, name)
  }
}

const checkTls = ({ tls, mqttsPort, httpsPort }: ListenOptions): void => {
  for (const [name, port] of Object.entries({ mqttsPort, httpsPort }))
    if (port !== undefined && !tls)
      throw new OptionsError('listen.tls', `listen.${name} needs listen.tls with certFile and keyFile`)
  if (tls) checkTlsChoices(tls)
  const asked = tls?.clientCertificates ?? 'none'
  if (asked !== 'none' && tls?.caFile === undefined)
    throw new OptionsError('listen.tls.caFile', `listen.tls.clientCertificates: ${asked} needs listen.tls.caFile`)
}

const tlsChoices = {
  clientCertificates: ['none', 'optional', 'required'],
  minimumVersion: ['TLSv1.2', 'TLSv1.3'],
} as const

/** What is misspelt must not mean less. */
const checkTlsChoices = (tls: TlsOptions): void => {
  for (const name of ['clientCertificates', 'minimumVersion'] as const) {
    const chosen = tls[name]
    const choices: readonly string[] = tlsChoices[name]
    if (chosen !== undefined && !choices.includes(chosen))
      throw new OptionsError(`listen.tls.${name}`, `listen.tls.${name} must be one of ${choices.join(', ')}`)
  }
}

const checkProxies = ({ proxyProtocol }: ListenOptions): void => {
  if (typeof proxyProtocol !== 'object') return
  for (const range of proxyProtocol.from)
    if (!isAddressRange(range))
      throw new OptionsError(
        'listen.proxyProtocol.from',
        `listen.proxyProtocol.from: ${range} is neither an address nor a range such as 10.0.0.0/8`,
      )
}
