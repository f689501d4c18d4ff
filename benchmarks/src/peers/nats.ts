import { join } from 'node:path'
import { freePorts } from '../free-port.js'
import { mqtt } from '../load/mqtt-dialect.js'
import { nats as natsProtocol } from '../load/nats-dialect.js'
import { programVersion } from './installed.js'
import { startNativeServer } from './native-server.js'
import type { Peer, Place } from './port.js'

const version = () => programVersion('nats-server', '-v')

/** NATS spoken to in its own protocol, which knows no QoS 1. */
export const nats: Peer = {
  name: 'nats',
  title: 'NATS (own protocol)',
  dialect: natsProtocol,
  abilities: ['wildcards'],
  version,
  start: async (place) => {
    const [port] = (await freePorts(1)) as [number]
    return startNativeServer({ program: 'nats-server', configuration: basis(port), port, securePort: undefined }, place)
  },
}

/** NATS spoken to in MQTT 3.1.1; QoS 1 goes through its JetStream, in a file. */
export const natsMqtt: Peer = {
  name: 'nats-mqtt',
  title: 'NATS (MQTT)',
  dialect: mqtt(4),
  abilities: ['qos1', 'wildcards', 'tls'],
  version,
  start: async (place) => {
    const [port, own] = (await freePorts(2)) as [number, number]
    const server = { program: 'nats-server', configuration: basis(own) + mqttListener(port, place) }
    return startNativeServer({ ...server, port, securePort: place.certificate && port }, place)
  },
}

/** Source: https://docs.nats.io/running-a-nats-service/configuration */
const basis = (port: number): string => `
listen: "127.0.0.1:${port}"
server_name: bench
logfile: "/dev/null"
ping_interval: "10m"
`

/** Source: https://docs.nats.io/running-a-nats-service/configuration/mqtt/mqtt_config */
const mqttListener = (port: number, { folder, certificate }: Place): string => `
jetstream { store_dir: "${join(folder, 'jetstream')}" }
mqtt {
  listen: "127.0.0.1:${port}"
  ${certificate ? `tls { cert_file: "${certificate.certFile}", key_file: "${certificate.keyFile}" }` : ''}
}
`
