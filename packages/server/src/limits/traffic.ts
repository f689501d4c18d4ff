import type { Traffic } from './port.js'

export const noTraffic = (): Traffic => ({
  packetsReceived: 0,
  packetsSent: 0,
  bytesReceived: 0,
  bytesSent: 0,
  publishesReceived: 0,
  publishesSent: 0,
  publishesDropped: 0,
})

export const addTraffic = (sum: Traffic, part: Traffic): void => {
  for (const name of Object.keys(part) as (keyof Traffic)[]) sum[name] += part[name]
}
