import { readFileSync } from 'node:fs'
import { ConfigureConversation, FoldedEnvelope, History, ReadHistory } from '@daakia/protocol'
import { describe, expect, test } from 'vitest'

const page = readFileSync(new URL('../../../../docs/reference/history.md', import.meta.url), 'utf8')

/** The fields that a table of the page names, under a heading or after a line that ends so. */
const fieldsAfter = (beginning: string): string[] => {
  const [, table = ''] = page.slice(page.indexOf(beginning)).split(/^\| field .*\n\|.*\n/m)
  const rows = table.split('\n\n')[0]?.split('\n') ?? []
  return rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name = '']) => name))
}

describe('docs/reference/history.md', () => {
  test('names what history/read takes', () => {
    expect(fieldsAfter('## `history/read`').sort()).toEqual(Object.keys(ReadHistory.shape).sort())
  })

  test('names what it answers', () => {
    expect(fieldsAfter('The answer:').sort()).toEqual(Object.keys(History.shape).sort())
    for (const field of fieldsAfter('## Folding')) expect(Object.keys(FoldedEnvelope.shape)).toContain(field)
  })

  test('names what conversations/configure takes', () => {
    expect(fieldsAfter('## `conversations/configure`').sort()).toEqual(Object.keys(ConfigureConversation.shape).sort())
  })

  test('shows a call that is taken', () => {
    const [, call = ''] = page.match(/```json\n([^`]+)```/) ?? []
    expect(ReadHistory.safeParse(JSON.parse(call)).error).toBeUndefined()
  })
})
