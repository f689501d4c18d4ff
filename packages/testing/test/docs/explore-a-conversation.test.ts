import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { runTests } from '../support/failing.js'
import { expectShownFailures } from '../support/shown-failures.js'

await import('../../../../docs/code/how-to/explore-a-conversation/paths.js')
await import('../../../../docs/code/how-to/explore-a-conversation/driving.js')

const page = fileURLToPath(new URL('../../../../docs/how-to/explore-a-conversation.md', import.meta.url))
const code = 'docs/code/how-to/explore-a-conversation'

/** `--update` writes them anew. */
test('the page names the tests that are made', { timeout: 60_000 }, async () => {
  const names = (await runTests(`${code}/paths.ts`)).map(({ name }) => name).join('\n')
  const written = readFileSync(page, 'utf8').replace(/^```paths\n[\s\S]*?^```$/m, () => `\`\`\`paths\n${names}\n\`\`\``)
  await expect(written).toMatchFileSnapshot(page)
})

test('the page shows each failure as its author reads it', { timeout: 60_000 }, () =>
  expectShownFailures(page, `${code}/failing.ts`),
)
