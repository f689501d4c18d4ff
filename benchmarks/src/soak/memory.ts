import type { Running } from '../peers/index.js'
import { memoryBytes } from '../proc.js'

/** In bytes, read right after a garbage collection. */
export interface ServerMemory {
  /** What JavaScript holds: objects, and buffers outside of the heap. */
  held: number
  /** Resident, without pages of files: the storage is mapped into memory, and the system takes those back when it likes. */
  resident: number
}

/** Asks one of the benchmark's own servers. */
export const memoryOf = async (server: Running): Promise<ServerMemory> => {
  if (!server.collect) throw new Error('a soak is for a server that runs on Node')
  const { heapUsed, external, rss } = await server.collect()
  return { held: heapUsed + external, resident: memoryBytes(server.pid, 'RssAnon') ?? rss }
}
