import { mqtt } from '../load/mqtt-dialect.js'
import { packageVersion } from './installed.js'
import { startNodeServer } from './node-server.js'
import type { Peer } from './port.js'

export const daakia: Peer = {
  name: 'daakia',
  title: 'Daakia',
  dialect: mqtt(5),
  abilities: ['qos1', 'wildcards', 'tls', 'conversations'],
  version: () => packageVersion('@daakia/server'),
  start: (place) => startNodeServer('daakia', place),
}
