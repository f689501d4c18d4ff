import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openLmdb } from '../../src/kv/lmdb.js'
import { table } from '../../src/kv/port.js'
import { holdFlush } from '../support/hold-flush.js'

const things = table<number>('things')

/** Resolves when another process, started now, has flushed a file to the disk: time enough for a flush of ours. */
const flushElsewhere = async (folder: string): Promise<void> => {
  const path = join(folder, 'elsewhere')
  const script = `const fs = require('fs'); const f = fs.openSync(${JSON.stringify(path)}, 'w'); fs.writeSync(f, 'x'); fs.fsyncSync(f)`
  await once(spawn(process.execPath, ['-e', script]), 'exit')
}

test('with the flush held back nothing resolves and nothing is seen; released, it is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'daakia-'))
  const kv = await openLmdb({ folder })
  await kv.write((tx) => tx.put(things, ['before'], 1))

  const held = holdFlush()
  let settled = 0
  const writes = [1, 2, 3].map((n) => kv.write((tx) => tx.put(things, [n], n)).then(() => settled++))
  await flushElsewhere(folder)
  expect(settled).toBe(0)
  expect(kv.get(things, [1])).toBeUndefined()
  expect(kv.get(things, ['before'])).toBe(1)

  await held.release()
  await Promise.all(writes)
  expect(settled).toBe(3)
  expect(kv.get(things, [1])).toBe(1)
  await kv.close()
  rmSync(folder, { recursive: true })
})
