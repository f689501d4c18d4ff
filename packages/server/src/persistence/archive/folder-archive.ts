import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { flush, renameDurably, writeAndFlush } from '../../kv/folder/durable-file.js'
import type { ArchiveStore } from './port.js'

/**
 * An archive in a folder: of a disk, or of a share that several machines have. The folder is made where it does not exist.
 *
 * ```ts
 * createServer({ storage, archive: { store: folderArchive('/mnt/archive'), afterSeconds: 90 * 86_400 } })
 * ```
 */
export const folderArchive = (folder: string): ArchiveStore => ({
  async put(name, bytes) {
    const path = join(folder, name)
    await makeFolder(dirname(path))
    const draft = `${path}.${randomBytes(6).toString('hex')}.partial`
    try {
      await writeAndFlush(draft, bytes, 'wx')
      await renameDurably(draft, path)
    } catch (error) {
      await rm(draft, { force: true }).catch(() => {})
      throw error
    }
  },
  get: (name) => readFile(join(folder, name)).catch(unlessMissing),
  async remove(name) {
    const path = join(folder, name)
    await rm(path, { force: true })
    await flush(dirname(path)).catch(unlessMissing)
  },
})

/** Its name, and those of the folders that were made for it, are on disk as well. */
const makeFolder = async (folder: string): Promise<void> => {
  const made = await mkdir(folder, { recursive: true })
  if (made === undefined) return
  for (let path = folder; ; path = dirname(path)) {
    await flush(dirname(path))
    if (path === made) return
  }
}

const unlessMissing = (error: unknown): undefined => {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
}
