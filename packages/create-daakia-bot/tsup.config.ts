import { defineConfig } from 'tsup'
import { build } from '../../tsup.shared.ts'

export default defineConfig(
  build({
    entry: { index: 'src/index.ts', 'create-daakia-bot': 'src/create-daakia-bot.ts' },
    dts: { entry: { index: 'src/index.ts' } },
  }),
)
