import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { capture } from '../../../scripts/lib/child.mjs'
import { pack } from '../../../scripts/lib/pack.mjs'
import { setup } from '../../../scripts/lib/setup.mjs'
import { freshNpm } from './support/npm.js'
import { startRegistry } from './support/registry.js'
import { temporaryFolder } from './support/temporary-folder.js'

const minutesMs = 60_000

/** The registry that npm uses on this machine, whichever it is. */
async function machineRegistry(): Promise<string> {
  const { stdout } = await capture('npm', ['config', 'get', 'registry'])
  return stdout.trim()
}

describe('published packages', { timeout: 10 * minutesMs }, () => {
  beforeAll(setup, 5 * minutesMs)

  test('`npm create daakia-bot@latest` makes a project that installs without a warning and passes its test', async () => {
    await using folder = await temporaryFolder()
    await using registry = await startRegistry(folder.path, await machineRegistry())
    const npm = await freshNpm(folder.path, registry)
    const project = join(folder.path, 'my-bot')

    await mkdir(join(folder.path, 'packed'))
    for (const { tarball } of await pack(join(folder.path, 'packed'))) await npm(folder.path, 'publish', tarball)

    expect(await npm(folder.path, 'create', 'daakia-bot@latest', 'my-bot', '--yes')).toContain('my-bot is ready')
    expect(await npm(project, 'install')).not.toMatch(/warn|deprecated/i)
    const tested = await npm(project, 'test')
    expect(tested).toMatch(/Tests\s+2 passed/)
    expect(tested).toMatch(/src\/bot\.ts:\d+ +transition +order: asking, onError of order → cancelled/)
    await npm(project, 'run', 'typecheck')
    expect(await npm(project, 'exec', '--', 'daakia', '--version')).toMatch(/^\d+\.\d+\.\d+$/m)
  })
})
