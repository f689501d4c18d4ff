import { defineConfig } from 'tsup'
import { build } from '../tsup.shared.ts'

export default defineConfig(
  build({
    entry: {
      main: 'src/main.ts',
      'programs/server': 'src/programs/server.ts',
      'programs/bot': 'src/programs/bot.ts',
    },
    dts: false,
  }),
)
