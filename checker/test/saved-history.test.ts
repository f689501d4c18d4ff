import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readHistory } from '../src/history/read-history.js'
import { Recorder } from '../src/history/recorder.js'

let folder: string
let file: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daakia-checker-test-'))
  file = join(folder, 'history.jsonl')
})

afterEach(() => rm(folder, { recursive: true, force: true }))

test('a history is read back as it was recorded', async () => {
  const header = { format: 'daakia-checker-history', version: 1, command: 'c', areas: ['turns'], plan: 'p' } as const
  const recorder = new Recorder(file, header)
  recorder.note('ana/phone', { what: 'session-lost', type: 'info' })
  recorder.note('checker', { what: 'phase', type: 'info', phase: 'end' })
  await recorder.close()
  expect(await readHistory(file)).toEqual({ header, events: recorder.events })
})

test.each([
  ['nothing', '', 'is empty'],
  ['something else', '{"a":1}\n', 'is no history of the checker'],
  ['one of a later version', '{"format":"daakia-checker-history","version":2}\n', 'is a history of version 2'],
  ['one that was cut off', '{"format":"daakia-checker-history","version":1}\n{"n":0,"wh', 'line 2 is no JSON'],
  ['one with a line that is no event', '{"format":"daakia-checker-history","version":1}\n{}\n', 'line 2 is no event'],
])('a file that holds %s is refused with what is wrong', async (_, text, problem) => {
  await writeFile(file, text)
  await expect(readHistory(file)).rejects.toThrow(problem)
})
