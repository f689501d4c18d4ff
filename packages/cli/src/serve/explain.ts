import { OptionsError } from '@daakia/server'
import type { ServeOptions } from './serve.js'

interface SystemError extends Error {
  code?: string
  port?: number
}

/** Why the server could not start, and what to do about it, in one line. */
export const explain = (error: unknown, options: ServeOptions): string => {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof OptionsError && error.option === 'listen.httpPort' && options.mqttPort === options.httpPort)
    return 'MQTT and HTTP need a port each: choose different ones with --mqtt-port and --http-port.'
  const { code, port } = error as SystemError
  const flag = port === options.httpPort ? '--http-port' : '--mqtt-port'
  if (code === 'EADDRINUSE')
    return `Port ${port} is taken. Stop what uses it, or choose another with ${flag}, such as 0 for a free one.`
  if (code === 'EACCES' && port !== undefined)
    return `Port ${port} may not be used by this user. Choose one above 1023 with ${flag}.`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `This machine has no address ${options.host}. Choose another with --host.`
  return error.message
}
