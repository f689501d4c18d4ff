import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Io } from './io.js'

/** What a file holds, without the end of its last line, which editors and `echo` put there. */
export const readSecretFile = async (file: string): Promise<string> =>
  (await readFile(file, 'utf8')).replace(/\r?\n$/, '')

/** The password or token in a file that `--password-file` names. @throws RangeError where it can't be read */
export const readPasswordFile = (file: string, { folder }: Pick<Io, 'folder'>): Promise<string> =>
  readSecretFile(resolve(folder, file)).catch((error: NodeJS.ErrnoException) => {
    throw new RangeError(`${file} can't be read (${error.code}).`)
  })
