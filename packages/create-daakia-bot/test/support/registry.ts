import { fork } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('registry-process.mjs', import.meta.url))

export interface Registry extends AsyncDisposable {
  url: string
}

/**
 * A package registry on loopback, empty, to which everybody may publish Daakia's packages. All others come from
 * `upstream`. What it keeps goes into `folder`.
 */
export async function startRegistry(folder: string, upstream: string): Promise<Registry> {
  const configFile = join(folder, 'registry.json')
  await writeFile(configFile, JSON.stringify(configuration(join(folder, 'registry'), upstream)))
  const child = fork(program, [configFile], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: ['--no-deprecation'],
  })
  const [port] = await Promise.race([once(child, 'message'), once(child, 'exit').then(failed)])
  return { url: `http://127.0.0.1:${port}/`, [Symbol.asyncDispose]: () => stop(child) }
}

function configuration(storage: string, upstream: string) {
  const ours = { access: '$all', publish: '$all' }
  return {
    storage,
    uplinks: { upstream: { url: upstream, timeout: '60s', maxage: '60m' } },
    packages: { '@daakia/*': ours, 'create-daakia-bot': ours, '**': { access: '$all', proxy: 'upstream' } },
    max_body_size: '100mb',
    log: { type: 'stdout', level: 'error' },
  }
}

function failed(): never {
  throw new Error('the registry did not start')
}

async function stop(child: ReturnType<typeof fork>): Promise<void> {
  const ended = once(child, 'exit')
  child.kill()
  await ended
}
