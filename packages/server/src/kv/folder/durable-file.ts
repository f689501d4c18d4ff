import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Writes a small file as a whole, or not at all; it is on disk when this resolves. */
export const writeDurably = async (path: string, text: string): Promise<void> => {
  const draft = `${path}.draft`
  await writeAndFlush(draft, text, 'w')
  await renameDurably(draft, path)
}

/** Writes a file, whose bytes are on disk when this resolves; its name may not be. @param flags as those of `open` */
export const writeAndFlush = async (path: string, content: string | Uint8Array, flags: 'w' | 'wx'): Promise<void> => {
  const file = await open(path, flags)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Gives a file or folder another name; that is on disk when this resolves. */
export const renameDurably = async (from: string, to: string): Promise<void> => {
  await rename(from, to)
  await flush(dirname(to))
}

/** Has the disk keep what was written to a file or folder. Windows opens no folders, and keeps names by itself. */
export const flush = async (path: string): Promise<void> => {
  if (process.platform === 'win32') return
  const opened = await open(path, 'r')
  try {
    await opened.sync()
  } finally {
    await opened.close()
  }
}
