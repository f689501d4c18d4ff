import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/main.ts', 'src/server.ts', 'src/bot.ts'],
  tsconfig: '../tsconfig.build.json',
  format: 'esm',
  target: 'node20.19',
  clean: true,
})
