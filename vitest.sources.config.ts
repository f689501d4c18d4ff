import { readFile } from 'node:fs/promises'
import { defineConfig } from 'vitest/config'

/** Tests run against the sources of every package, so that a change is seen without a build. */
const source = (path: string) => new URL(`./packages/${path}`, import.meta.url).pathname

/** Scripts of Redis come into a program as text, as they do when it is built. */
const luaAsText = {
  name: 'lua-as-text',
  load: async (id: string) =>
    id.endsWith('.lua') ? `export default ${JSON.stringify(await readFile(id, 'utf8'))}` : undefined,
}

/** What every run of vitest in this repository needs, those that tests start of their own, too. */
export default defineConfig({
  plugins: [luaAsText],
  resolve: {
    alias: [
      // Programs of the sources are bundled when a test needs them.
      { find: /^\.\/program-files\.js$/, replacement: source('testing/test/support/program-files.ts') },
      { find: '@daakia/protocol/mqtt', replacement: source('protocol/src/mqtt/index.ts') },
      { find: '@daakia/server/contracts', replacement: source('server/src/contracts.ts') },
      { find: '@daakia/client-sdk/internal', replacement: source('client-sdk/src/internal.ts') },
      { find: '@daakia/bot-sdk/internal', replacement: source('bot-sdk/src/internal.ts') },
      { find: /^@daakia\/bot-sdk\/(metrics|tracing)$/, replacement: source('bot-sdk/src/middleware/$1.ts') },
      { find: '@daakia/testing/internal', replacement: source('testing/src/internal.ts') },
      { find: '@daakia/testing/coverage', replacement: source('testing/src/coverage.ts') },
      { find: '@daakia/testing/vitest', replacement: source('testing/src/vitest.ts') },
      { find: /^@daakia\/(protocol|server|client-sdk|bot-sdk|testing|cli)$/, replacement: source('$1/src/index.ts') },
    ],
  },
  // Files share processes: what one has set is not there for the next.
  test: { testTimeout: 120_000, hookTimeout: 120_000, unstubEnvs: true },
})
