import { onTestFinished } from 'vitest'
import { createServer, type Ports, type RedisStorage, type ServerOptions } from '../../src/index.js'
import { Connecting } from './connecting.js'
import { type Cable, layCable } from './redis/cable.js'
import { ownPrefix } from './redis/index.js'

/** A node of a server, in this process and in real time. */
export class TestNodeServer extends Connecting {
  constructor(
    server: ConstructorParameters<typeof Connecting>[0],
    readonly cable: Cable,
    readonly ports: Ports,
  ) {
    super(server)
  }
}

/** More than one, so that what belongs together is apart. */
const partitions = 4

/** Starts one more node of the same server each time. What fails is tried again at once. */
export const nodesOn = (
  redis: { readonly url: string },
  options: Partial<Omit<ServerOptions, 'storage'>> = {},
  storage: Partial<RedisStorage> = {},
) => {
  const prefix = ownPrefix()
  return async (): Promise<TestNodeServer> => {
    const cable = await layCable(redis.url)
    const server = createServer({
      ...{ dev: true, retries: { firstMs: 0 } },
      ...options,
      storage: { redis: { url: cable.url, prefix, partitions, ...storage } },
    })
    const ports = await server.start()
    onTestFinished(() => server.close())
    return new TestNodeServer(server, cable, ports)
  }
}
