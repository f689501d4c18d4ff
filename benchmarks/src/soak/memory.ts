import type { Running } from '../peers/index.js'
import { memoryBytes } from '../proc.js'
import { nextMessage } from '../processes.js'

/** In bytes, read right after a garbage collection. */
export interface ServerMemory {
  /** What JavaScript holds: objects, and buffers outside of the heap. */
  held: number
  /** Resident, without pages of files: the storage is mapped into memory, and the system takes those back when it likes. */
  resident: number
}

/** Asks one of the benchmark's own servers. */
export const memoryOf = async (server: Running): Promise<ServerMemory> => {
  const answer = nextMessage<NodeJS.MemoryUsage>(server)
  server.child.send('memory')
  const { heapUsed, external, rss } = await answer
  return { held: heapUsed + external, resident: memoryBytes(server.pid, 'RssAnon') ?? rss }
}
