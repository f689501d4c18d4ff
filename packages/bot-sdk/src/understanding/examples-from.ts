import { readdirSync, readFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Reads examples for a {@link classifier} from a folder: a text file for each intent, `order.txt` for `order`, with an
 * example on each line. Empty lines, and those that begin with `#`, are passed over, and so are other files.
 *
 * @throws TypeError where the folder has no text files; what the file system throws
 * @example
 * const understand = classifier({ examples: examplesFrom(new URL('./intents/', import.meta.url)) })
 */
export function examplesFrom(folder: URL | string): Record<string, readonly string[]> {
  const path = typeof folder === 'string' ? folder : fileURLToPath(folder)
  const files = readdirSync(path).filter((file) => extname(file) === '.txt')
  if (files.length === 0) throw new TypeError(`examplesFrom: ${path} has no text files, such as order.txt`)
  return Object.fromEntries(files.sort().map((file) => [basename(file, '.txt'), examplesIn(join(path, file))]))
}

const examplesIn = (file: string): readonly string[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
