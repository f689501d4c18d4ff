import { execFileSync } from 'node:child_process'
import { close, closeSync, constants, mkdtempSync, open, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const threads = Number(process.env.UV_THREADPOOL_SIZE ?? 4)

/** Nothing that this process writes reaches the disk until it is released. */
export interface HeldFlush {
  /** Lets the writes go on, and resolves when the threads are free again. */
  release(): Promise<void>
}

/**
 * Holds back every flush of this process: LMDB writes on libuv's threads, and each of these is made to wait in the
 * opening of a pipe that nobody writes to. Sockets do not need the threads; files and name look-ups do.
 */
export const holdFlush = (): HeldFlush => {
  const folder = mkdtempSync(join(tmpdir(), 'daakia-held-'))
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  const held = Promise.all(Array.from({ length: threads }, () => openAndClose(pipe)))
  return {
    async release() {
      // Opening a pipe for both directions does not wait, and lets those go on that wait for a writer.
      const both = openSync(pipe, constants.O_RDWR)
      await held
      closeSync(both)
      rmSync(folder, { recursive: true })
    },
  }
}

const openAndClose = (pipe: string): Promise<void> =>
  new Promise((resolve, reject) => {
    open(pipe, constants.O_RDONLY, (error, file) => {
      if (error) reject(error)
      else close(file, () => resolve())
    })
  })
