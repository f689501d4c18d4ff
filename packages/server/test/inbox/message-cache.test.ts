import { expect, test } from 'vitest'
import { createMessageCache } from '../../src/inbox/reader/index.js'
import type { MessageOnLine } from '../../src/persistence/port.js'

const [vendor, conversation] = ['acme', 'team']

const said = (seq: number, id: string, line: number): MessageOnLine => ({
  message: { seq, id, from: 'ana', at: seq, type: 'text', payload: Buffer.from(id) },
  line,
})

/** A cache over a journal that a test changes. */
const open = () => {
  let journal: readonly MessageOnLine[] = []
  const messages = createMessageCache({
    readOnLines: async (_vendor, _conversation, { after, limit }) =>
      journal.filter(({ message }) => message.seq > after).slice(0, limit),
  })
  return {
    messages,
    has(...entries: readonly MessageOnLine[]) {
      journal = entries
      for (const { message, line } of entries) messages.add(vendor, conversation, message, line)
    },
    trim(to: number) {
      journal = journal.filter(({ message }) => message.seq >= to)
      messages.forget(vendor, conversation, { from: 1, to })
    },
    idOf: async (seq: number, line?: number) => (await messages.get(vendor, conversation, seq, { line }))?.id,
  }
}

test('what the journal keeps no more is not there, on whatever line it was said', async () => {
  const { has, trim, idOf } = open()
  has(said(1, 'one', 0), said(2, 'two', 1), said(3, 'three', 3), said(4, 'four', 3))
  expect([await idOf(1), await idOf(2, 1), await idOf(3, 3)]).toEqual(['one', 'two', 'three'])
  trim(4)
  expect([await idOf(1), await idOf(2, 1), await idOf(3, 3)]).toEqual([undefined, undefined, undefined])
  expect(await idOf(4, 3)).toBe('four')
})

test('whose line is not known is what the journal has there now', async () => {
  const { messages, has } = open()
  const idOf = async (seq: number) => (await messages.onNewestLine(vendor, conversation, seq))?.id
  has(said(1, 'one', 0), said(2, 'lost', 0))
  has(said(1, 'one', 0), said(2, 'new', 1), said(4, 'four', 1))
  expect([await idOf(1), await idOf(2), await idOf(3), await idOf(4)]).toEqual(['one', 'new', undefined, 'four'])
})
