import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { problemsIn } from './examples/compile.js'
import { examplesIn, examplesOf } from './examples/docstrings.js'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const examples = ['client-sdk', 'bot-sdk', 'testing'].flatMap((name) => examplesIn(root, `packages/${name}/src`))

/** One of each kind, to see that the compiler really looks: statements, and properties of a setup, a state and a bot. */
const wrong = [
  'const hello = "Hello."\nshout(hello)',
  'actors: {\n  count: ask({ schema: z.int() }),\n}',
  "on: {\n  mesage: { actions: say('Pardon?') },\n}",
  '// all but one\nasides: { undo: true }',
].map((code, at) => ({ file: 'wrong.ts', line: 10 * (at + 1), code }))

describe('the examples of docstrings', () => {
  let problems: string[] = []
  beforeAll(() => {
    // In one go: most of the time is that of the packages' own sources.
    problems = problemsIn(root, [...examples, ...wrong])
  }, 120_000)

  test('are code that the compiler takes', () => {
    expect(examples.length).toBeGreaterThan(0)
    expect(problems.filter((problem) => !problem.startsWith('wrong.ts:'))).toEqual([])
  })

  test('are told by file and line where they are wrong', () => {
    const told = problems.filter((problem) => problem.startsWith('wrong.ts:'))
    expect(told.map((problem) => problem.split(': ')[0])).toEqual(
      ['11', '21', '31', '41'].map((at) => `wrong.ts:${at}`),
    )
  })

  test('end at the next tag, or with their docstring', () => {
    const source = [
      '/**',
      ' * Asks.',
      ' *',
      ' * @example',
      ' * a()',
      ' *',
      ' * b()',
      ' * @example',
      ' * // c',
      ' */',
      'd()',
    ]
    expect(examplesOf(source.join('\n'))).toEqual([
      { line: 5, code: 'a()\n\nb()' },
      { line: 9, code: '// c' },
    ])
  })
})
