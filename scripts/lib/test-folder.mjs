import { rmSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { root } from './root.mjs'

const folder = 'daakia-tests'

/**
 * Where this process puts what it bundles for tests, beside the sources, because what stays outside is found from there: a path from
 * `node_modules/.cache`. It is there until the run of vitest ends: a process of tests is not told that it does.
 *
 * @returns {string}
 */
export const testFolder = () => join(folder, process.env.DAAKIA_TEST_RUN ?? 'alone', String(process.pid))

/** Begins a run of vitest, as its configuration says. One that a test starts is a part of that test's. */
export function setup() {
  process.env.DAAKIA_TEST_RUN ??= String(process.pid)
}

/** Ends it: removes what its tests have bundled. */
export function teardown() {
  rmSync(join(root, 'node_modules/.cache', folder, String(process.pid)), { recursive: true, force: true })
}
