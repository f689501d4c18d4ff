import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/** An `@example` of a docstring. */
export interface Example {
  /** The file that it stands in, relative to the root. */
  file: string
  /** The line of its first line of code, from 1. */
  line: number
  code: string
}

/** All examples of the docstrings of a folder's sources, in order. */
export const examplesIn = (root: string, folder: string): Example[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .sort()
    .flatMap((path) => {
      const file = join(root, folder, path)
      return examplesOf(readFileSync(file, 'utf8')).map((example) => ({ file: relative(root, file), ...example }))
    })

/** The examples of a source: from below `@example` to the next tag, or to the end of the docstring. */
export function examplesOf(source: string): Omit<Example, 'file'>[] {
  const lines = source.split('\n').map((line) => /^\s*\*(?!\/) ?(.*)$/.exec(line)?.[1])
  const begins = lines.flatMap((line, at) => (line?.startsWith('@example') ? [at + 1] : []))
  return begins.map((from) => {
    const ends = lines.findIndex((line, at) => at >= from && (line === undefined || line.startsWith('@')))
    return { line: from + 1, code: lines.slice(from, ends).join('\n').trimEnd() }
  })
}
