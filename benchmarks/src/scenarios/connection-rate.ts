import type { Rig } from '../load/rig.js'
import { rateReading, type Scenario } from './port.js'

const atOnce = 50
/** So many that none of them comes more often than Daakia lets one client in. */
const clients = 1_000

const measureConnections = async (rig: Rig, row: string) => {
  let connections = 0
  let next = 0
  const worker = async () => {
    while (!rig.closed) {
      await rig.visit(`visitor-${next++ % clients}`)
      connections++
    }
  }
  for (let index = 0; index < atOnce; index++) worker().catch(rig.fail)
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
