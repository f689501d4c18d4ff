import { capture } from '../../../../scripts/lib/child.mjs'
import type { Registry } from './registry.js'

/** Runs `npm …` in `cwd` and answers all that it printed. @throws where it ends with another status than 0 */
export type Npm = (cwd: string, ...args: readonly string[]) => Promise<string>

/** An npm as on a machine where it was never used: it knows `registry`, and has an empty cache in `folder`. */
export function freshNpm(folder: string, registry: Registry): Npm {
  const env = { ...withoutNpmSettings(process.env), ...settings(folder, registry) }
  return async (cwd, ...args) => {
    const { status, stdout, stderr } = await capture('npm', args, { cwd, env })
    if (status !== 0) throw new Error(`npm ${args.join(' ')} ended with ${status}\n${stdout}${stderr}`)
    return stdout + stderr
  }
}

function settings(folder: string, { url }: Registry): NodeJS.ProcessEnv {
  return {
    npm_config_registry: url,
    npm_config_cache: `${folder}/cache`,
    npm_config_userconfig: `${folder}/npmrc`,
    npm_config_update_notifier: 'false',
    // Publishing needs a token of some kind; this registry takes anybody's.
    [`npm_config_${url.replace('http:', '')}:_authToken`]: 'anybody',
  }
}

/** What an outer `npm test` hands down would decide for the inner one. */
function withoutNpmSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(npm_|INIT_CWD$|VITEST|NODE_ENV$)/i.test(name)))
}
