import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pack } from '../lib/pack.mjs'
import { findings } from '../lib/tool.mjs'

/** Looks at every published package as npm would hand it out: does Node find it, do types match, is it complete? */
export async function packageProblems() {
  const folder = mkdtempSync(join(tmpdir(), 'daakia-packages-'))
  try {
    const found = []
    for (const packed of await pack(folder)) found.push(await problemsOf(packed))
    return found.join('')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @param {import('../lib/pack.mjs').Packed} packed */
async function problemsOf({ manifest, tarball }) {
  const publint = await findings('publint/src/cli.js', 'run', tarball, '--strict')
  const types = manifest.exports
    ? await findings('@arethetypeswrong/cli/dist/index.js', tarball, '--profile', 'esm-only', '--no-emoji')
    : ''
  return publint + types
}
