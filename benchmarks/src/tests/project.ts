import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const repository = fileURLToPath(new URL('../../', import.meta.url))
/** What npm has installed here is found from it. */
const place = join(repository, 'benchmarks/.daakia')
const packages = ['protocol', 'server', 'client-sdk', 'bot-sdk', 'testing']

/** The files of a project, by their paths in it. */
export interface ProjectFiles {
  written: ReadonlyMap<string, string>
  /** By the paths in it: where in this repository they are taken from. */
  copied: ReadonlyMap<string, string>
}

/**
 * Gives `use` the folder of a project as the author of a bot has it, and removes it afterwards. The packages lie in its
 * `node_modules`, as they were built: a link to where they are made would have vitest transform them, as if they were the
 * author's own.
 */
export const withProject = async <T>({ written, copied }: ProjectFiles, use: (folder: string) => Promise<T>) => {
  await mkdir(place, { recursive: true })
  const folder = await mkdtemp(join(place, 'tests-'))
  try {
    for (const name of packages) await install(name, folder)
    for (const [path, from] of copied) await cp(join(repository, from), join(folder, path))
    for (const [path, text] of written) await write(join(folder, path), text)
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const install = async (name: string, folder: string): Promise<void> => {
  const [made, installed] = [join(repository, 'packages', name), join(folder, 'node_modules/@daakia', name)]
  await cp(join(made, 'dist'), join(installed, 'dist'), { recursive: true })
  await cp(join(made, 'package.json'), join(installed, 'package.json'))
}

const write = async (file: string, text: string): Promise<void> => {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
}
