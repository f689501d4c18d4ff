import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from '../support/command.js'
import { readPage, rowsOf } from '../support/page.js'

const page = readPage('docs/explanation/guarantees.md')

const promises = ['promise', 'no promise'].flatMap((column) =>
  rowsOf(page, column).map((row) => ({ says: row[column] ?? '', shownBy: row['shown by'] ?? '' })),
)

/** What is wrong with a reference to a test: `file: title`, in two backticks where the title has one. */
const problemOf = (reference: string): string | undefined => {
  const [, , file, title] = /^(``?)((?:packages|checker)\/\S+\.ts): (.+)\1$/.exec(reference) ?? []
  if (file === undefined || title === undefined) return `"${reference}" names no test`
  if (!existsSync(join(root, file))) return `${file} is not there`
  return hasTest(file, title) ? undefined : `${file} has no test "${title}"`
}

/** A title opens a test or a group of tests, with `each` or without; in a contract it is the name of a behaviour. */
const hasTest = (file: string, title: string): boolean => {
  const text = readFileSync(join(root, file), 'utf8')
  const quoted = `(['"\`])${title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\1`
  const opening = file.endsWith('.test.ts')
    ? `(?<=\\b(?:it|test|describe)\\(\\s*|\\)\\(\\s*)${quoted},`
    : `^ *${quoted}: async `
  return new RegExp(opening, 'm').test(text)
}

describe('docs/explanation/guarantees.md', () => {
  test('says nothing but in rows, under its introduction', () => {
    const [, ...sections] = page.split(/^## .*$/m)
    expect(sections.length).toBeGreaterThan(10)
    const lines = sections.flatMap((section) => section.split('\n'))
    expect(lines.filter((line) => line !== '' && !line.startsWith('|'))).toEqual([])
    // A head, a line below it, and rows that were read.
    expect(lines.filter((line) => line.startsWith('|')).length).toBe(promises.length + 2 * sections.length)
  })

  test('names with each promise tests that there are', () => {
    const problems = promises.flatMap(({ says, shownBy }) =>
      shownBy.split('<br>').flatMap((reference) => {
        const problem = problemOf(reference)
        return problem === undefined ? [] : [`${says}: ${problem}`]
      }),
    )
    expect(problems).toEqual([])
  })
})
