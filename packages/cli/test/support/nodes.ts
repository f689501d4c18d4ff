import { daakia, type Running } from './command.js'
import { freePort } from './free-port.js'

/** Where a node is found, also when it is started again. */
export interface NodePorts {
  mqttPort: number
  httpPort: number
}

/** A process of `daakia serve` over a Redis. */
export interface NodeProcess extends NodePorts {
  running: Running
}

export const nodePorts = async (): Promise<NodePorts> => ({ mqttPort: await freePort(), httpPort: await freePort() })

/** Starts a node with more of the environment, and resolves when it serves. */
export const startNode = async (
  redis: string,
  environment: Record<string, string>,
  own?: NodePorts,
): Promise<NodeProcess> => {
  const ports = own ?? (await nodePorts())
  const words = ['--mqtt-port', `${ports.mqttPort}`, '--http-port', `${ports.httpPort}`]
  const running = daakia(['serve', '--dev', '--redis', redis, ...words], { environment })
  await running.until(/Ctrl-C/)
  return { ...ports, running }
}
