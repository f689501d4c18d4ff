import { OptionsError } from '@daakia/server'
import type { DaakiaConfig } from '../config/daakia-config.js'

interface SystemError extends Error {
  code?: string
  port?: number
}

/** Why the server could not start, and what to do about it, in one line. */
export const explain = (error: unknown, { listen = {} }: DaakiaConfig): string => {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof OptionsError) return `${error.message.replace(/\.$/, '')}.${adviceOf(error)}`
  const { code, port } = error as SystemError
  const field = portFields.find((name) => listen[name] === port) ?? 'mqttPort'
  const ways = `listen.${field}, or ${flagOf(field)}`
  if (code === 'EADDRINUSE')
    return `Port ${port} is taken. Stop what uses it, or choose another (${ways}), such as 0 for a free one.`
  if (code === 'EACCES' && port !== undefined)
    return `Port ${port} may not be used by this user. Choose one above 1023 (${ways}).`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `This machine has no address ${listen.host}. Choose another (listen.host, or --host).`
  return error.message
}

const adviceOf = ({ option, message }: OptionsError): string =>
  option === 'passwordFile' && message.includes('ENOENT') ? ' Make it: daakia passwd --help tells how.' : ''

const portFields = ['mqttPort', 'mqttsPort', 'httpPort', 'httpsPort'] as const

/** `--mqtt-port` */
const flagOf = (field: string): string => `--${field.replace(/[A-Z]/g, '-$&').toLowerCase()}`
