import { expect, test } from 'vitest'
import { carriersOf } from '../../src/archive/migrate/carry.js'
import type { Source } from '../../src/archive/migrate/place.js'
import { placesOf } from '../../src/archive/place-of.js'
import { queueFailures } from '../../src/inbox/queue/tables.js'
import { inboxes } from '../../src/inbox/tables.js'
import { memoryKeyValue } from '../../src/kv/memory.js'
import type { Table } from '../../src/kv/port.js'
import { breaks } from '../../src/persistence/feed/tables.js'
import { threeAround } from '../support/names-by-partition.js'
import { partitionOf, vendor } from '../support/parted-nodes.js'

const { home, ana, cy } = threeAround('team', partitionOf)

test.each([
  ['is kept by who lies with the conversation', cy, 2],
  ['is lost by who lies elsewhere', ana, 0],
])('what leads to the place of what was said before anybody noticed a loss %s', async (_, client, seq) => {
  const parts = Array.from({ length: 4 }, memoryKeyValue)
  await parts[home]?.write((tx) => tx.put(breaks, [vendor, 'team'], [[1, 1, 2]]))
  const source: Pick<Source, 'parts' | 'partsOf'> = {
    parts,
    partsOf: (...entry) => placesOf(...entry, parts.length).flatMap((at) => parts[at] ?? []),
  }
  const carriers = await carriersOf(source as Source)
  const made = (table: Table<unknown>, key: readonly (string | number)[], value: unknown) =>
    parts[0]?.read((reader) => carriers.find((each) => each.table === table)?.make({ key, value }, reader))
  expect(await made(inboxes, [vendor, client, 7], ['team', 2])).toMatchObject([{ value: ['team', seq] }])
  const failures = await made(queueFailures, [vendor, client, 'desk', 'team', 2], { tries: [] })
  expect(failures).toHaveLength(seq === 0 ? 0 : 1)
})
