import { readFileSync } from 'node:fs'
import { bodies, senderProperties } from '@daakia/protocol'
import { expect, test } from 'vitest'

const page = readFileSync(new URL('../../../../docs/reference/conversations.md', import.meta.url), 'utf8')
const rows = new Set([...page.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name))

test.each([...Object.keys(bodies), ...senderProperties])('the page about conversations has a row for %s', (name) => {
  expect(rows).toContain(name)
})
