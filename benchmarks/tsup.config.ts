import { defineConfig } from 'tsup'
import { build } from '../tsup.shared.ts'

export default defineConfig(
  build({ entry: { main: 'src/main.ts', server: 'src/server.ts', bot: 'src/bot.ts' }, dts: false }),
)
