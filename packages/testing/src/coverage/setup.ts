/**
 * What vitest runs before each test file where coverage of bots is collected.
 *
 * @module
 */
import { afterAll } from 'vitest'
import { metaKey } from './collected.js'
import { Collector, installCollector } from './collector.js'

const collector = new Collector()
installCollector(collector)

// biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern which fixtures are wanted, and none are
afterAll(({}, { file }) => {
  const collected = collector.take()
  if (collected.length > 0) Object.assign(file.meta, { [metaKey]: collected })
})
