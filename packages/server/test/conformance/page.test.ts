import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  auth5,
  connack5,
  connect5,
  dataRepresentation5,
  disconnect5,
  operation4,
  operation5,
  packetFormat5,
  packets4,
  pingreq5,
  publish5,
  publishAnswers5,
  subscribe5,
  unsubscribe5,
  webSocket5,
} from './statements.js'

interface Part {
  /** A file of docs/reference/mqtt-conformance. */
  page: string
  version: '5.0' | '3.1.1'
  /** Every number that has a row in it, in order. */
  statements: readonly string[]
}

const parts: readonly Part[] = [
  {
    page: 'mqtt-5-packets-1.md',
    version: '5.0',
    statements: [...dataRepresentation5, ...packetFormat5, ...connect5, ...connack5, ...publish5],
  },
  {
    page: 'mqtt-5-packets-2.md',
    version: '5.0',
    statements: [...publishAnswers5, ...subscribe5, ...unsubscribe5, ...pingreq5, ...disconnect5, ...auth5],
  },
  { page: 'mqtt-5-operation.md', version: '5.0', statements: [...operation5, ...webSocket5] },
  { page: 'mqtt-3.1.1.md', version: '3.1.1', statements: [...packets4, ...operation4] },
]

const root = new URL('../../../../', import.meta.url)
const pages = new URL('docs/reference/mqtt-conformance/', root)

interface Row {
  number: string
  asks: string
  shownBy: string
}

const rowPattern = /^\| \[(MQTT-[^\]]+)\] \| (.*) \| (.*) \|$/

const rowsOf = (page: string): Row[] =>
  readFileSync(new URL(page, pages), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, number, asks, shownBy] = rowPattern.exec(line) ?? []
      return number === undefined ? [] : [{ number, asks: asks ?? '', shownBy: shownBy ?? '' }]
    })

/** What is wrong with the proof of a row; nothing, mostly. */
const problemsOf = ({ shownBy }: Row): string[] => {
  if (/^Does not apply: \S/.test(shownBy)) return []
  return shownBy.split('<br>').flatMap((reference) => problemOf(reference) ?? [])
}

const problemOf = (reference: string): string | undefined => {
  const [, file, name] = /^`(packages\/\S+\.test\.ts): (.+)`$/.exec(reference) ?? []
  if (file === undefined || name === undefined) return `"${reference}" names no test`
  if (!existsSync(new URL(file, root))) return `${file} is not there`
  return hasTest(file, name) ? undefined : `${file} has no test "${name}"`
}

/** A title stands in quotes, and something follows it. */
const hasTest = (file: string, name: string): boolean => {
  const text = readFileSync(new URL(file, root), 'utf8')
  return ["'", '"', '`'].some((quote) => text.includes(`${quote}${name}${quote},`))
}

/** What sources say they do, and why. */
const clausesIn = (folder: string): string[] =>
  readdirSync(new URL(folder, root), { encoding: 'utf8', recursive: true })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => readFileSync(new URL(folder + file, root), 'utf8').match(/MQTT-\d[\d.]*-\d+/g) ?? [])

describe.each(parts)('the page $page', ({ page, statements }) => {
  it('has a row for every statement, and one only, in order', () => {
    expect(rowsOf(page).map(({ number }) => number)).toEqual(statements)
  })

  it('says of each what it asks', () => {
    expect(rowsOf(page).filter(({ asks }) => asks.trim() === '')).toEqual([])
  })

  it('names tests that there are, or says why a statement does not apply', () => {
    const problems = rowsOf(page).flatMap((row) => problemsOf(row).map((problem) => `${row.number}: ${problem}`))
    expect(problems).toEqual([])
  })
})

describe('the pages together', () => {
  it('are all looked at', () => {
    expect(readdirSync(pages).sort()).toEqual(parts.map(({ page }) => page).sort())
  })

  it.each(['packages/protocol/src/', 'packages/server/src/'])('know every clause that %s names', (folder) => {
    const known = new Set(parts.flatMap(({ statements }) => statements))
    expect(clausesIn(folder).filter((clause) => !known.has(clause))).toEqual([])
  })

  it.each(['5.0', '3.1.1'])('have no statement of MQTT %s twice', (version) => {
    const numbers = parts.flatMap((part) => (part.version === version ? part.statements : []))
    expect(numbers.filter((number, index) => numbers.indexOf(number) !== index)).toEqual([])
  })
})
