import { defineConfig } from 'tsup'
import { build, programs } from '../../tsup.shared.ts'

export default defineConfig([
  build({
    entry: {
      index: 'src/index.ts',
      coverage: 'src/coverage.ts',
      'coverage-setup': 'src/coverage/setup.ts',
      'bot-process': 'src/processes/program/bot.ts',
      internal: 'src/internal.ts',
      vitest: 'src/vitest.ts',
    },
  }),
  programs({ run: 'src/processes/program/run.ts', server: 'src/processes/program/server.ts' }),
])
