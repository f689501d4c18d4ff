import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findings } from '../lib/tool.mjs'

/** Entry points, as typedoc names them, of which every export says what it is and shows how it is used. */
const complete = [
  'client-sdk/src',
  'bot-sdk/src',
  'bot-sdk/src/middleware/metrics',
  'bot-sdk/src/middleware/tracing',
  'testing/src',
]

/** Builds the reference of the API, with its warnings as errors, and looks for what is missing in it. */
export async function referenceProblems() {
  const folder = mkdtempSync(join(tmpdir(), 'daakia-reference-'))
  try {
    const file = join(folder, 'reference.json')
    const found = await findings('typedoc/bin/typedoc', '--logLevel', 'Warn', '--json', file)
    return found || missingIn(JSON.parse(readFileSync(file, 'utf8')), complete).join('\n')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * What exports lack. What is exported again from elsewhere is described there.
 *
 * @typedef {{ summary: unknown[], blockTags?: { tag: string }[] }} Comment
 * @typedef {{ name: string, variant?: string, comment?: Comment, signatures?: Reflection[], children?: Reflection[] }} Reflection
 * @param {Reflection} reference as typedoc writes it in JSON
 * @param {readonly string[]} modules
 * @returns {string[]} a line for each thing that is missing
 */
export function missingIn({ children: found = [] }, modules) {
  return modules.flatMap((name) => {
    const module = found.find((each) => each.name === name)
    if (!module) return [`${name}: is no entry point of typedoc.json`]
    const exported = (module.children ?? []).filter(({ variant }) => variant !== 'reference')
    return exported.flatMap((each) => lacks(each).map((what) => `${name}: ${each.name} has no ${what}`))
  })
}

/** @param {Reflection} reflection */
function lacks({ comment, signatures = [] }) {
  const comments = [comment, ...signatures.map((signature) => signature.comment)].filter((each) => each !== undefined)
  return [
    ...(comments.some(({ summary }) => summary.length > 0) ? [] : ['docstring']),
    ...(comments.some(({ blockTags = [] }) => blockTags.some(({ tag }) => tag === '@example')) ? [] : ['@example']),
  ]
}
