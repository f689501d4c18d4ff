import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { root } from '../lib/root.mjs'
import { setup, teardown, testFolder } from '../lib/test-folder.mjs'

const path = () => join(root, 'node_modules/.cache', testFolder())

test('what tests bundle is removed when their run ends, and not by a run within it', () => {
  expect(process.env.DAAKIA_TEST_RUN, 'this run').toBeDefined()
  mkdirSync(path(), { recursive: true })
  setup()
  teardown()
  expect(existsSync(path())).toBe(true)
  vi.stubEnv('DAAKIA_TEST_RUN', undefined)
  setup()
  mkdirSync(path(), { recursive: true })
  teardown()
  expect(existsSync(path())).toBe(false)
})
