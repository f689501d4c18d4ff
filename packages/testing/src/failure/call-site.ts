import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The stack below a call: the lines of the test that made it. */
export interface CallSite {
  toString(): string
}

/** Where `method`, which is running now, was called from. Taken before the first `await`, after which it is gone. */
export const callSite = (method: (...args: never[]) => unknown): CallSite => {
  const holder: { stack?: string } = {}
  Error.captureStackTrace(holder, method)
  // Written when it is told, which few are: runners look up each of its lines in a source map.
  return { toString: () => (holder.stack ?? '').split('\n').slice(1).join('\n') }
}

/** The file, from the folder of the run, with the line: `test/order.test.ts:12`. */
export const lineOf = (site: CallSite): string => {
  const [first = ''] = `${site}`.split('\n')
  const { file = '', line = '' } = /(?<file>(?:file:\/\/)?\/[^()]*?):(?<line>\d+):\d+\)?$/.exec(first)?.groups ?? {}
  const path = file.startsWith('file:') ? fileURLToPath(file) : file
  return path === '' ? first.trim() : `${relative(process.cwd(), path)}:${line}`
}
