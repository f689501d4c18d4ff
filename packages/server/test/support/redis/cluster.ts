import { askRedis, type RedisProcess, redisCli, startProcess } from './process.js'

export interface RedisCluster {
  url: string
  nodes: readonly RedisProcess[]
  remove(): Promise<void>
}

const masters = 3
const configuration = ['save ""', 'cluster-enabled yes', 'cluster-node-timeout 1000', 'repl-diskless-sync-delay 0']

/** A Cluster of three masters, which share the slots, with so many replicas of each. */
export const startCluster = async ({ replicas = 0 } = {}): Promise<RedisCluster> => {
  const count = masters * (1 + replicas)
  const nodes = await Promise.all(Array.from({ length: count }, () => startProcess(configuration, 'server')))
  const hosts = nodes.map(({ port }) => `127.0.0.1:${port}`)
  await redisCli('--cluster', 'create', ...hosts, '--cluster-replicas', String(replicas), '--cluster-yes')
  await untilState('ok', nodes)
  return {
    url: `redis+cluster://${hosts.join(',')}`,
    nodes,
    remove: async () => void (await Promise.all(nodes.map((node) => node.remove()))),
  }
}

/** Resolves when each of them says so of the Cluster. */
export const untilState = async (state: 'ok' | 'fail', nodes: readonly RedisProcess[]): Promise<void> => {
  for (const { port } of nodes) while (!(await askRedis(port, 'cluster', 'info')).includes(`cluster_state:${state}`));
}
