import type { Rig } from '../load/rig.js'
import { rateReading, type Scenario } from './port.js'

const atOnce = 50

const measureConnections = async (rig: Rig, row: string) => {
  let connections = 0
  const worker = async (name: string) => {
    while (!rig.closed) {
      await rig.visit(name)
      connections++
    }
  }
  for (let index = 0; index < atOnce; index++) worker(`visitor-${index}`).catch(rig.fail)
  return [rateReading(row, 'connections/s', await rig.rate(() => connections))]
}

/** Fifty clients that connect, are accepted and say goodbye, over and over. */
export const connectionRate: Scenario = {
  name: 'connection-rate',
  needs: [],
  measure: (rig) => measureConnections(rig, 'connect, CONNACK, disconnect'),
}

/** The same with a TLS handshake each; no session is resumed. */
export const tlsConnectionRate: Scenario = {
  name: 'tls-connection-rate',
  needs: ['tls'],
  secure: true,
  measure: (rig) => measureConnections(rig, 'connect, CONNACK, disconnect over TLS'),
}
