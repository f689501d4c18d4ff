import { mqtt } from '../load/mqtt-dialect.js'
import { startNodeServer } from './node-server.js'
import type { Peer } from './port.js'

/** The floor: sockets of Node, and bytes passed on from one to another. No broker on Node can be faster. */
export const relay: Peer = {
  name: 'relay',
  title: 'least a Node process can do',
  dialect: mqtt(4),
  abilities: ['qos1'],
  version: () => '',
  start: (place) => startNodeServer('relay', place),
}
