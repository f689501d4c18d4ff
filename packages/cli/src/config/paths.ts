import { resolve } from 'node:path'
import { type Fields, mapValues } from './objects.js'

/** Fields that name a file or a folder: those that end in `File`, `file` of a password file, `folder` of an archive, and `data`. */
const isPath = (name: string): boolean =>
  name === 'data' || name === 'file' || name === 'folder' || name.endsWith('File')

/** With paths that are relative to `folder` made whole. */
export const resolvePaths = (config: Fields, folder: string): Fields =>
  mapValues(config, (name, value) =>
    typeof value === 'string' && isPath(name) ? resolve(folder, value) : value,
  ) as Fields
