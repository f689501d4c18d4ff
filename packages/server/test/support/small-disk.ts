import { execFileSync } from 'node:child_process'
import { closeSync, openSync, statSync, writeSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A place for the data of a server, which can be full. */
export interface SmallDisk {
  readonly folder: string
  /** Leaves no room to the process that keeps its data here. */
  fill(pid: number): void
  /** Without a process, to the next one. */
  makeRoom(pid?: number): Promise<void>
  remove(): Promise<void>
}

const dataFile = 'data.mdb'

/**
 * No file of the process may grow beyond what the data takes now (`RLIMIT_FSIZE`): a write is taken in part, and then
 * refused with EFBIG.
 */
const limitedFiles = async (): Promise<SmallDisk> => {
  const folder = await mkdtemp(join(tmpdir(), 'daakia-'))
  const limit = (pid: number, bytes: number | 'unlimited') =>
    void execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`])
  return {
    folder,
    fill: (pid) => limit(pid, statSync(join(folder, dataFile)).size),
    makeRoom: async (pid) => {
      if (pid !== undefined) limit(pid, 'unlimited')
    },
    remove: () => rm(folder, { recursive: true }),
  }
}

/** A file system of its own, in memory, that another file takes the rest of: ENOSPC. */
const smallFileSystem = async (): Promise<SmallDisk> => {
  const folder = await mkdtemp(join(tmpdir(), 'daakia-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', folder])
  const filler = join(folder, 'filler')
  return {
    folder,
    fill: () => fillUp(filler),
    makeRoom: () => rm(filler),
    async remove() {
      execFileSync('umount', [folder])
      await rm(folder, { recursive: true })
    },
  }
}

const fillUp = (path: string): void => {
  const file = openSync(path, 'w')
  try {
    for (;;) writeSync(file, new Uint8Array(4_096))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  } finally {
    closeSync(file)
  }
}

/** Only who may mount file systems here can have one of its own. */
const mayMount = async (): Promise<boolean> => {
  try {
    await (await smallFileSystem()).remove()
    return true
  } catch {
    return false
  }
}

/** The ways of having a full disk on this machine, by name. */
export const smallDisks: Record<string, () => Promise<SmallDisk>> = {
  'a limit on the size of files': limitedFiles,
  ...((await mayMount()) && { 'a file system of its own': smallFileSystem }),
}
