import type { ArchiveStore } from '../../src/persistence/archive/port.js'

/** An archive in memory, which can be looked into. */
export const memoryArchive = (files = new Map<string, Uint8Array>()): ArchiveStore & { files: typeof files } => ({
  files,
  async put(name, bytes) {
    files.set(name, Uint8Array.from(bytes))
  },
  get: async (name) => files.get(name),
  async remove(name) {
    files.delete(name)
  },
})
