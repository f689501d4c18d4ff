import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run } from './child.mjs'
import { root } from './root.mjs'
import { workspaces } from './workspaces.mjs'

/** What `turbo.json` names as inputs of a build, as far as it lies in a workspace. */
const inputs = ['src', 'templates', 'package.json', 'tsup.config.ts']
const sharedInputs = [
  'package-lock.json',
  'turbo.json',
  'tsconfig.base.json',
  'tsconfig.build.json',
  'tsup.shared.ts',
  'scripts/lib/licenses.mjs',
  'scripts/lib/programs.mjs',
  'scripts/lib/spreads.mjs',
]
const stampFile = join(root, 'node_modules/.cache/daakia/build')

/** Builds what changed since the last build: only the sources are read where nothing did. */
export async function build() {
  const stamp = hashOfSources()
  if (isBuilt(stamp)) return
  process.stderr.write('Building…\n')
  await turbo(['run', 'build', '--output-logs=errors-only'])
  mkdirSync(dirname(stampFile), { recursive: true })
  writeFileSync(stampFile, stamp)
}

/** @param {readonly string[]} args */
function turbo(args) {
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' }
  return run(process.execPath, [join(root, 'node_modules/turbo/bin/turbo'), ...args], { env })
}

/** @param {string} stamp */
function isBuilt(stamp) {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp && workspaces().every(hasOutput)
}

/** @param {import('./workspaces.mjs').Workspace} workspace */
function hasOutput({ path }) {
  return !existsSync(join(root, path, 'tsup.config.ts')) || existsSync(join(root, path, 'dist'))
}

function hashOfSources() {
  const hash = createHash('sha256')
  const paths = workspaces().flatMap(({ path }) => inputs.map((input) => `${path}/${input}`))
  for (const file of [...sharedInputs, ...paths].flatMap(filesAt))
    hash.update(`${file}\n`).update(readFileSync(join(root, file)))
  return hash.digest('hex')
}

/**
 * @param {string} path a file or a folder, which need not exist
 * @returns {string[]}
 */
function filesAt(path) {
  const absolute = join(root, path)
  if (!existsSync(absolute)) return []
  try {
    return readdirSync(absolute)
      .sort()
      .flatMap((name) => filesAt(`${path}/${name}`))
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOTDIR') return [path]
    throw error
  }
}
