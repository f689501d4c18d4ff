import { askRedis, startProcess } from './process.js'

const service = 'mymaster'

/** So long a master is silent before another one takes its place: more than a busy machine keeps one from answering. */
const downAfterMs = 1_500

/** One Sentinel that decides alone, and soon. */
export const startSentinel = async (masterPort: number) => {
  const process = await startProcess(
    [
      `sentinel monitor ${service} 127.0.0.1 ${masterPort} 1`,
      `sentinel down-after-milliseconds ${service} ${downAfterMs}`,
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
    /**
     * Resolves when it names the one at this port as the master, and reaches its replica. Only then may that one die: where a replica
     * dies of which it does not know yet that it has taken the master's place, it has no other one to name, and waits for it.
     */
    async names(port: number) {
      const ask = (what: string) => askRedis(process.port, 'sentinel', what, service)
      while (!(await ask('get-master-addr-by-name')).includes(`\n${port}\n`));
      while (!(await ask('replicas')).includes('\nflags\nslave\n'));
    },
    url: `redis+sentinel://127.0.0.1:${process.port}/${service}`,
  }
}
