import { defineConfig } from 'vitest/config'

/** By what is imported, the file. */
const packages: Readonly<Record<string, string>> = JSON.parse(process.env.PACKAGES ?? '{}')

/** For runs of vitest that tests start: they take the packages as `built-packages.ts` has built them. */
export default defineConfig({
  resolve: {
    alias: Object.entries(packages).map(([name, file]) => ({ find: new RegExp(`^${name}$`), replacement: file })),
  },
  test: { testTimeout: 120_000, hookTimeout: 120_000 },
})
