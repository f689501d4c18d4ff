import { readdir } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { Failure } from './failure.js'
import { nameProblem } from './project-name.js'

/** Where a project goes. */
export interface Target {
  /** Absolute path of its folder. */
  folder: string
  /** The folder's name, which is the project's and the bot's. */
  name: string
}

/** @throws Failure where the path does not end in a name that a project can have */
export function targetAt(path: string): Target {
  const folder = resolve(path)
  const name = basename(folder)
  const problem = nameProblem(name)
  if (problem) throw new Failure(problem)
  return { folder, name }
}

/** Makes sure that nobody's files are written over. @throws Failure where the folder is there and holds something */
export async function refuseOccupied({ folder }: Target): Promise<void> {
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    if (error.code === 'ENOTDIR') throw new Failure(`${folder} is a file: choose another name.`)
    throw new Failure(`${folder} can't be read: ${error.message}`)
  })
  if (entries.length > 0) throw new Failure(`${folder} is not empty: choose another name, or empty it first.`)
}
