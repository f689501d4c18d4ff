import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { filesThatNeedAProcess } from './scripts/lib/test-files.mjs'
import sources from './vitest.sources.config.js'

/** These share processes, one file after the other: to load the sources anew costs more than most of them. */
const sharing = ['{packages,examples}/*/test/**/*.test.ts', 'scripts/test/**/*.test.ts', 'checker/test/*/**/*.test.ts']
/** Whole plays of the checker: what else a process has done must not slow them down. */
const apart = ['checker/test/*.test.ts']
const exclude = ['**/node_modules/**', '**/dist/**', 'packages/create-daakia-bot/templates/**']
const alone = filesThatNeedAProcess()

export default defineConfig({
  ...sources,
  test: {
    ...sources.test,
    globalSetup: './scripts/lib/test-folder.mjs',
    // One more than there are cores, as many tests wait for a process or a server.
    maxWorkers: availableParallelism() + 1,
    projects: [
      {
        extends: true,
        test: { name: 'shared', isolate: false, include: sharing, exclude: [...exclude, ...alone] },
      },
      { extends: true, test: { name: 'alone', include: [...apart, ...alone], exclude } },
    ],
  },
})
