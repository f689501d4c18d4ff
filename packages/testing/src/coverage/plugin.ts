import { fileURLToPath } from 'node:url'
// It says what vitest adds to the configuration and the plugins of vite.
import type {} from 'vitest/config'
import type { Vite, Vitest } from 'vitest/node'
import { called, checking } from '../failure/misuse.js'
import { type CoverageOptions, checked } from './options.js'
import { CoverageReporter } from './reporter.js'

/**
 * A plugin for vitest's configuration, which tells what the tests of a run have reached of their bots: states, transitions,
 * answers of guards, choices. Of what was never reached it says where it stands.
 *
 * @throws TypeError naming the option that can't be used
 * @example
 * // what vitest.config.ts exports
 * const config = defineConfig({ plugins: [botCoverage({ thresholds: { states: 100, transitions: 90 } })] })
 */
export const botCoverage = (options: CoverageOptions = {}): Vite.Plugin => {
  const known = called(botCoverage, () => checking(() => checked(options)))
  const reporting = new WeakSet<Vitest>()
  return {
    name: 'daakia:bot-coverage',
    config: () => ({ test: { setupFiles: [setupFile] } }),
    configureVitest({ vitest }) {
      // It is asked for each project, and they are told of together.
      if (reporting.has(vitest)) return
      reporting.add(vitest)
      vitest.config.reporters.push(new CoverageReporter(vitest, known) as never)
    },
  }
}

/** Beside this file, in sources as in what is published. */
const setupFile = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './setup.ts' : './coverage-setup.js', import.meta.url),
)
