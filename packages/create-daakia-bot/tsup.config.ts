import { defineConfig } from 'tsup'

export default defineConfig({
  entry: { 'create-daakia-bot': 'src/create-daakia-bot.ts' },
  tsconfig: '../../tsconfig.build.json',
  format: 'esm',
  target: 'node20.19',
  dts: false,
  sourcemap: true,
  clean: true,
})
