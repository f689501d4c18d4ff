import { expect, test } from 'vitest'
import { filesThatNeedAProcess, helpersWithHooks } from '../lib/test-files.mjs'

test('no module that tests share registers hooks where it is loaded: only one file of a process would have them', () => {
  expect(helpersWithHooks()).toEqual([])
})

test('a file that replaces a module has a process of its own, and one that does not shares one', () => {
  const files = filesThatNeedAProcess()
  expect(files).toContain('packages/testing/test/faults/broken/no-fence.test.ts')
  expect(files).not.toContain('scripts/test/test-files.test.ts')
})
