import { bundle, type Change } from '../../../scripts/lib/bundle.mjs'
import { testFolder } from '../../../scripts/lib/test-folder.mjs'
import type { Programs } from '../../src/rig/rig.js'

/** Those of the sources as they are, which all tests share. */
const whole = new Map<keyof Programs, Promise<string>>()

/** The programs of the rig, made of the sources; changed where a test wants them broken. */
export const build = async (
  name: string,
  changes: { server?: readonly Change[]; bot?: readonly Change[] } = {},
): Promise<Programs> => {
  const one = (program: keyof Programs): Promise<string> => {
    const own = changes[program]
    const built = own ? undefined : whole.get(program)
    if (built) return built
    const file = `${testFolder()}/${own ? name : 'whole'}-${program}.mjs`
    const building = bundle(`checker/src/programs/${program}.ts`, file, own)
    if (!own) whole.set(program, building)
    return building
  }
  const [server, bot] = await Promise.all([one('server'), one('bot')])
  return { server, bot }
}
