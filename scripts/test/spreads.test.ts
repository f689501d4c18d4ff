import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { withSpreadsOfOneShape } from '../lib/spreads.mjs'

const written = `
const copied = (given) => ({ ...given, seq: 1, inner: { ...given, deep: [{ ...given, last: true }] } })
const alone = ({ id, ...rest }) => ({ ...rest })
const overlaid = (given) => ({
  // What is given.
  ...given,
  ...(given.id && { id: 'other' }),
})
const named = (given) => ({ id: 'first', ...given })
`

const run = (code: string, shown: string): unknown =>
  JSON.parse(
    execFileSync(process.execPath, ['--allow-natives-syntax', '-e', `${code}\nconsole.log(JSON.stringify(${shown}))`], {
      encoding: 'utf8',
    }),
  )

test('what is built makes the same objects', () => {
  const shown = '[copied, alone, overlaid, named].map((make) => make({ id: 7, text: "a" }))'
  expect(run(withSpreadsOfOneShape(written), shown)).toEqual(run(written, shown))
})

test('objects that begin as copies share a hidden class, also where many were made', () => {
  const made = '(make) => Array.from({ length: 1_000 }, (_, id) => make({ id })).slice(-2)'
  const shown = `[copied, overlaid].map(${made}).map(([one, other]) => %HaveSameMap(one, other))`
  expect(run(withSpreadsOfOneShape(written), shown)).toEqual([true, true])
})

test('lines stay where they are', () => {
  const built = withSpreadsOfOneShape(written)
  expect(built.split('\n')).toHaveLength(written.split('\n').length)
  expect(built.replaceAll('...null, ', '')).toBe(written)
  expect(built.match(/\.\.\.null, /g)).toHaveLength(4)
})
