import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { dependOnTarballs } from './create/manifest.mjs'
import { pack } from './lib/pack.mjs'
import { setup } from './lib/setup.mjs'
import { publishedWorkspaces } from './lib/workspaces.mjs'

/** `npm run create -- ../my-bot`: a new project that has this clone's packages in it, and needs them from nowhere else. */

const [path, ...others] = process.argv.slice(2)
if (path === undefined || path.startsWith('-') || others.length > 0) {
  console.error('Say where the project goes: npm run create -- ../my-bot')
  process.exit(path === '--help' ? 0 : 1)
}

// npm runs scripts in the folder of package.json, and tells here where the user was.
const here = process.env.INIT_CWD ?? process.cwd()

await setup()
const { Failure, nextSteps, scaffold } = await import('create-daakia-bot')
const libraries = publishedWorkspaces().filter(({ manifest }) => manifest.name.startsWith('@daakia/'))
const version = libraries[0]?.manifest.version ?? ''
try {
  const target = await scaffold({ path: resolve(here, path), version })
  const tarballs = join(target.folder, 'daakia')
  mkdirSync(tarballs)
  dependOnTarballs(target.folder, await pack(tarballs, libraries))
  console.log(nextSteps(target, here))
} catch (error) {
  if (!(error instanceof Failure)) throw error
  console.error(error.message)
  process.exitCode = 1
}
