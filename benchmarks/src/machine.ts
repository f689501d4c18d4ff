import { cpus, release, totalmem, type } from 'node:os'
import { peers } from './peers/index.js'

/** What the figures were made on. */
export interface Machine {
  cpu: string
  cores: number
  memoryGib: number
  system: string
  node: string
  /** Versions of the servers by their name; undefined where one is not installed. */
  versions: Record<string, string | undefined>
}

export const thisMachine = (): Machine => ({
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  memoryGib: Math.round(totalmem() / 1024 ** 3),
  system: `${type()} ${release()}`,
  node: process.versions.node,
  versions: Object.fromEntries(peers.map((peer) => [peer.name, peer.version()])),
})

/** In one line. */
export const describeMachine = ({ cpu, cores, memoryGib, system, node }: Machine): string =>
  `${cores} cores (${cpu}), ${memoryGib} GiB, ${system}, Node ${node}`
