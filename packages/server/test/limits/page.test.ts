import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { defaultServerLimits } from '../../src/index.js'

const page = readFileSync(new URL('../../../../docs/reference/limits.md', import.meta.url), 'utf8')

/** The rows of the page's tables, by the number of their table: the name of the limit, and the cells behind it. */
const rowsOf = (table: number): [string, string[]][] =>
  (page.split(/\n\|---.*\n/)[table] ?? '')
    .split('\n\n')[0]
    ?.split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, name = '', ...cells]) => [name.replaceAll('`', ''), cells.slice(0, -1)]) ?? []

const written = (limit: number | undefined): string => {
  if (limit === undefined) return ''
  return limit === Number.POSITIVE_INFINITY ? 'unlimited' : String(limit)
}

const { perConnection, perClient, perVendor, vendors: _, ...flat } = defaultServerLimits

describe('the page of the limits', () => {
  it('lists those of accounts with their defaults, and no others', () => {
    const scopes: Partial<Record<string, number>>[] = [{ ...perConnection }, { ...perClient }, { ...perVendor }]
    const names = new Set(scopes.flatMap((scope) => Object.keys(scope)))
    const expected = [...names].map((name) => [name, scopes.map((scope) => written(scope[name]))])
    const told = rowsOf(1).map(([name, cells]) => [name, cells.slice(0, 3)])
    expect(new Map(told as [string, string[]][])).toEqual(new Map(expected as [string, string[]][]))
  })

  it('lists those of the server with their defaults, and no others', () => {
    const told = rowsOf(2).map(([name, [value]]) => [name, value])
    expect(Object.fromEntries(told)).toEqual(
      Object.fromEntries(Object.entries(flat).map(([name, limit]) => [name, written(limit)])),
    )
  })

  it('says of each what becomes of who is above it, and whether a reload changes it', () => {
    for (const [name, cells] of [...rowsOf(1), ...rowsOf(2)]) {
      expect(cells, name).toHaveLength(7)
      for (const cell of [cells[3], cells[4], cells[6]]) expect(cell, name).toBeTruthy()
    }
  })
})
