import { mqtt } from '../load/mqtt-dialect.js'
import { packageVersion } from './installed.js'
import { startNodeServer } from './node-server.js'
import type { Peer } from './port.js'

/** The limit of everything that is flushed: the store alone, without a server around it. */
export const lmdb: Peer = {
  name: 'lmdb',
  title: 'LMDB alone',
  dialect: mqtt(5),
  abilities: ['storage'],
  version: () => packageVersion('lmdb'),
  start: (place) => startNodeServer('lmdb', place),
}
