import { randomUUID } from 'node:crypto'
import { link, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isRunning, type ProcessIdentity, thisProcess } from './process-identity.js'

/** A lock that this process has. */
export interface FolderLock {
  release(): Promise<void>
}

interface Owner extends ProcessIdentity {
  released?: boolean
}

const lockName = /^lock\.(\d+)$/

/**
 * Takes the lock of a folder, or answers with the process that has it.
 *
 * Locks are numbered, and the highest number counts. Whoever finds that its owner has ended or let go makes the next
 * number, which succeeds for one process only; numbers are never used again, because a file is removed only while
 * a higher one exists.
 */
export const lockFolder = async (folder: string): Promise<FolderLock | { heldBy: number }> => {
  for (;;) {
    const highest = await highestLock(folder)
    const owner = await ownerOf(folder, highest)
    if (owner && !owner.released && isRunning(owner)) return { heldBy: owner.pid }
    const mine = highest + 1
    if (!(await make(folder, mine))) continue
    if ((await highestLock(folder)) > mine) await rm(lockPath(folder, mine), { force: true })
    else return holdLock(folder, mine)
  }
}

const holdLock = async (folder: string, number: number): Promise<FolderLock> => {
  for (const lower of await lockNumbers(folder)) {
    if (lower < number) await rm(lockPath(folder, lower), { force: true })
  }
  return { release: () => writeFile(lockPath(folder, number), describe({ ...thisProcess(), released: true })) }
}

const lockPath = (folder: string, number: number) => join(folder, `lock.${number}`)

const lockNumbers = async (folder: string): Promise<number[]> =>
  (await readdir(folder)).flatMap((name) => lockName.exec(name)?.slice(1).map(Number) ?? [])

const highestLock = async (folder: string): Promise<number> => Math.max(0, ...(await lockNumbers(folder)))

const describe = (owner: Owner): string => JSON.stringify(owner)

/** `undefined` where there is none: it was never made, or has been replaced by a higher one meanwhile. */
const ownerOf = async (folder: string, number: number): Promise<Owner | undefined> => {
  try {
    return JSON.parse(await readFile(lockPath(folder, number), 'utf8'))
  } catch {
    return undefined
  }
}

/** Makes the lock with its content at once, so that nobody sees it empty; false where it exists. */
const make = async (folder: string, number: number): Promise<boolean> => {
  const draft = join(folder, `draft.${randomUUID()}`)
  await writeFile(draft, describe(thisProcess()))
  try {
    await link(draft, lockPath(folder, number))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}
