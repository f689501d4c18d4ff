import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

/** Where Debian puts servers, which is not on everybody's path. */
const serverFolders = ['/usr/sbin', '/usr/local/sbin']

/** Where a program lies; undefined where it is not installed. */
export const findProgram = (name: string): string | undefined =>
  [...(process.env.PATH ?? '').split(delimiter), ...serverFolders].map((folder) => join(folder, name)).find(existsSync)

/** The version that a program tells when it is run with `flag`. */
export const programVersion = (name: string, flag: string): string | undefined => {
  const path = findProgram(name)
  if (path === undefined) return undefined
  const { stdout, stderr } = spawnSync(path, [flag], { encoding: 'utf8' })
  return `${stdout}${stderr}`.match(/\d+\.\d+\.\d+/)?.[0]
}

/** The version of an npm package; undefined where it is not installed. */
export const packageVersion = (name: string): string | undefined => {
  try {
    let folder = dirname(new URL(import.meta.resolve(name)).pathname)
    while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version
  } catch {
    return undefined
  }
}
