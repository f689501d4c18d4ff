import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Step } from '../chat-files/line.js'
import { writeChat } from '../chat-files/write.js'

/** The chat files in a folder, by their names; none where there is no folder yet. */
export const savedIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.chat'))
        .sort()
    : []

export interface ToSave {
  folder: string
  /** What does not hold. */
  invariant: string
  problem: string
  steps: readonly Step[]
}

/**
 * Writes a conversation as a file, unless it is there already.
 *
 * @returns its path, from the folder of the run
 */
export const save = ({ folder, invariant, problem, steps }: ToSave): string => {
  const content = writeChat([
    { kind: 'remark', text: `# It did not hold that ${inOneLine(invariant)}: ${inOneLine(problem)}.` },
    { kind: 'ignores' },
    ...steps,
  ])
  const path = pathFor(folder, nameOf(invariant), content)
  mkdirSync(folder, { recursive: true })
  writeFileSync(path, content)
  return relative(process.cwd(), path)
}

/** The first of `name.chat`, `name-2.chat` and so on that is not another conversation. */
const pathFor = (folder: string, name: string, content: string): string => {
  for (let count = 1; ; count += 1) {
    const path = join(folder, `${name}${count === 1 ? '' : `-${count}`}.chat`)
    if (!existsSync(path) || readFileSync(path, 'utf8') === content) return path
  }
}

const nameOf = (invariant: string): string =>
  invariant
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number}]+/gu, '-')
    .replaceAll(/^-|-$/g, '') || 'found'

const inOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ')
