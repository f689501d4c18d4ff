import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Writes a small file as a whole, or not at all; it is on disk when this resolves. */
export const writeDurably = async (path: string, text: string): Promise<void> => {
  const draft = `${path}.draft`
  const file = await open(draft, 'w')
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await renameDurably(draft, path)
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
