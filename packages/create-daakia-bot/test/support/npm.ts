import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { capture } from '../../../../scripts/lib/child.mjs'
import type { Registry } from './registry.js'

/** Runs `npm …` in `cwd` and answers all that it printed. @throws where it ends with another status than 0 */
export type Npm = (cwd: string, ...args: readonly string[]) => Promise<string>

/** An npm as on a machine where it was never used: it knows `registry`, and has an empty cache in `folder`. */
export async function freshNpm(folder: string, registry: Registry): Promise<Npm> {
  const userconfig = join(folder, 'npmrc')
  await writeFile(userconfig, settings(folder, registry))
  const env = { ...withoutNpmSettings(process.env), npm_config_userconfig: userconfig, NO_COLOR: '1' }
  return async (cwd, ...args) => {
    const { status, stdout, stderr } = await capture('npm', args, { cwd, env })
    if (status !== 0) throw new Error(`npm ${args.join(' ')} ended with ${status}\n${stdout}${stderr}`)
    return stdout + stderr
  }
}

/** Publishing needs a token of some kind; this registry takes anybody's. */
function settings(folder: string, { url }: Registry): string {
  const token = `${url.replace('http:', '')}:_authToken=anybody`
  return [`registry=${url}`, `cache=${join(folder, 'cache')}`, 'update-notifier=false', token, ''].join('\n')
}

/** What an outer `npm test` and vitest hand down would decide for the inner ones. */
function withoutNpmSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(npm_|INIT_CWD$|VITEST|NODE_ENV$|FORCE_COLOR$)/i.test(name)),
  )
}
