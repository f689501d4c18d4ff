import { askRedis, startProcess } from './process.js'

const service = 'mymaster'

/** One Sentinel that decides alone, and soon. */
export const startSentinel = async (masterPort: number) => {
  const process = await startProcess(
    [
      `sentinel monitor ${service} 127.0.0.1 ${masterPort} 1`,
      `sentinel down-after-milliseconds ${service} 500`,
      `sentinel failover-timeout ${service} 5000`,
    ],
    'sentinel',
  )
  return {
    ...process,
    /** Resolves when it knows so many that can take the master's place. */
    async knowsReplicas(count: number) {
      while (!(await askRedis(process.port, 'sentinel', 'master', service)).includes(`num-slaves\n${count}\n`));
    },
    url: `redis+sentinel://127.0.0.1:${process.port}/${service}`,
  }
}
