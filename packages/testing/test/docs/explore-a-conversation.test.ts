import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { runTests } from '../support/failing.js'
import { withShownFailures } from '../support/shown-failures.js'

await import('../../../../docs/code/how-to/explore-a-conversation/paths.js')
await import('../../../../docs/code/how-to/explore-a-conversation/driving.js')

const page = fileURLToPath(new URL('../../../../docs/how-to/explore-a-conversation.md', import.meta.url))
const code = 'docs/code/how-to/explore-a-conversation'

/** Both are written in one go: `--update` writes them anew. */
test('the page names the tests that are made, and shows each failure as its author reads it', {
  timeout: 300_000,
}, async () => {
  const names = (await runTests(`${code}/paths.ts`)).map(({ name }) => name).join('\n')
  const failing = await withShownFailures(readFileSync(page, 'utf8'), `${code}/failing.ts`)
  const written = failing.replace(/^```paths\n[\s\S]*?^```$/m, () => `\`\`\`paths\n${names}\n\`\`\``)
  await expect(written).toMatchFileSnapshot(page)
})
