import { defineConfig } from 'tsup'

export default defineConfig({
  entry: { index: 'src/index.ts', 'create-daakia-bot': 'src/create-daakia-bot.ts' },
  tsconfig: '../../tsconfig.build.json',
  format: 'esm',
  target: 'node20.19',
  dts: { entry: { index: 'src/index.ts' } },
  sourcemap: true,
  clean: true,
})
