import { bundle, type Change } from '../../../scripts/lib/bundle.mjs'
import type { Programs } from '../../src/rig/rig.js'

/** The programs of the rig, made of the sources; changed where a test wants them broken. */
export const build = async (
  name: string,
  changes: { server?: readonly Change[]; bot?: readonly Change[] } = {},
): Promise<Programs> => {
  const one = (program: keyof Programs) => {
    const own = changes[program]
    const file = `daakia-checker/${process.pid}/${own ? name : 'whole'}-${program}.mjs`
    return bundle(`checker/src/programs/${program}.ts`, file, own)
  }
  const [server, bot] = await Promise.all([one('server'), one('bot')])
  return { server, bot }
}
