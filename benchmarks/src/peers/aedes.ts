import { mqtt } from '../load/mqtt-dialect.js'
import { packageVersion } from './installed.js'
import { startNodeServer } from './node-server.js'
import type { Peer } from './port.js'

export const aedes: Peer = {
  name: 'aedes',
  title: 'Aedes 1',
  dialect: mqtt(4),
  abilities: ['qos1', 'wildcards', 'tls'],
  version: () => packageVersion('aedes'),
  start: (place) => startNodeServer('aedes', place),
}

/** The first Aedes with MQTT 5. */
export const aedes2: Peer = {
  name: 'aedes-2',
  title: 'Aedes 2 (beta)',
  dialect: mqtt(5),
  abilities: ['qos1', 'wildcards', 'tls'],
  version: () => packageVersion('aedes-2'),
  start: (place) => startNodeServer('aedes-2', place),
}
