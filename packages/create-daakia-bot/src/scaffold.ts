import { mkdir } from 'node:fs/promises'
import { Failure } from './failure.js'
import { refuseOccupied, type Target, targetAt } from './target.js'
import { writeTemplate } from './template.js'

export interface ScaffoldOptions {
  /** Where the project goes; the last part is its name. */
  path: string
  /** What the project asks npm for as the Daakia packages: a version such as `0.1.0`. */
  version: string
}

/**
 * Writes a new project: a bot, its test, and what runs them. Nothing is installed.
 *
 * @throws Failure where the name can't be one, or the folder is taken or can't be made
 */
export async function scaffold({ path, version }: ScaffoldOptions): Promise<Target> {
  const target = targetAt(path)
  await refuseOccupied(target)
  await makeFolder(target)
  await writeTemplate(target.folder, { name: target.name, version })
  return target
}

async function makeFolder({ folder }: Target): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error: Error) => {
    throw new Failure(`${folder} can't be made: ${error.message}`)
  })
}
