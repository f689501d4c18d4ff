import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const sources = new URL('../../src/', import.meta.url)

const files = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.lua'))

/** `KEYS[1]`, `ARGV[2]` and so on, each once. */
const named = (lines: readonly string[]): string[] =>
  [...new Set(lines.flatMap((line) => line.match(/\b(?:KEYS|ARGV)\[\d+\]/g) ?? []))].sort()

describe('the scripts of Redis', () => {
  test.each(files)('%s is looked at before it runs, and tells what it is given', (file) => {
    const [first, ...lines] = readFileSync(new URL(file, sources), 'utf8').split('\n')
    expect(first).toMatch(/^#!lua( flags=[a-z-,]+)?$/)
    const head = lines.slice(
      0,
      lines.findIndex((line) => !line.startsWith('--')),
    )
    const told = head.filter((line) => /^-- (KEYS|ARGV)\[\d+\] \S/.test(line))
    const used = named(lines.slice(head.length))
    expect(named(told)).toEqual(expect.arrayContaining(used))
    // A key that is not used is the way to where it lies.
    expect(named(told).filter((name) => !used.includes(name) && !name.startsWith('KEYS'))).toEqual([])
  })
})
