import { readFile } from 'node:fs/promises'

/** What a file holds, without the end of its last line, which editors and `echo` put there. */
export const readSecretFile = async (file: string): Promise<string> =>
  (await readFile(file, 'utf8')).replace(/\r?\n$/, '')
