import { freePorts } from '../free-port.js'
import { mqtt } from '../load/mqtt-dialect.js'
import { programVersion } from './installed.js'
import { startNativeServer } from './native-server.js'
import type { Peer, Place } from './port.js'

/**
 * As Debian has it, in memory, with Nagle's algorithm off: it would cost latency.
 *
 * Source: mosquitto.conf(5)
 */
export const mosquitto: Peer = {
  name: 'mosquitto',
  title: 'Mosquitto',
  dialect: mqtt(5),
  abilities: ['qos1', 'wildcards', 'tls'],
  version: () => programVersion('mosquitto', '-h'),
  start: async (place) => {
    const [port, securePort] = (await freePorts(2)) as [number, number]
    const server = { program: 'mosquitto', port, securePort: place.certificate && securePort }
    return startNativeServer({ ...server, configuration: configuration(port, securePort, place) }, place)
  },
}

const configuration = (port: number, securePort: number, { certificate }: Place): string => {
  const lines = [
    'user root',
    'persistence false',
    'log_type none',
    'allow_anonymous true',
    'set_tcp_nodelay true',
    `listener ${port} 127.0.0.1`,
  ]
  if (certificate)
    lines.push(`listener ${securePort} 127.0.0.1`, `certfile ${certificate.certFile}`, `keyfile ${certificate.keyFile}`)
  return `${lines.join('\n')}\n`
}
