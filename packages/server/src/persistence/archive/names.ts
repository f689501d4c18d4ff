import { createHash } from 'node:crypto'
import type { Run } from '../port.js'

/** What says whose archive it is. */
export const markName = 'daakia-archive.json'

/** The file that has these messages. */
export const nameOfSegment = (vendor: string, conversation: string, { first, last }: Run): string =>
  `${escaped(vendor)}/${escaped(conversation)}/${padded(first)}-${padded(last)}.jsonl.gz`

const digits = 12

const padded = (seq: number): string => String(seq).padStart(digits, '0')

/** File systems take so many bytes for a name. */
const longest = 200

/** Some file systems take `Ana` and `ana` for one name, and have a meaning for a dot at an end. */
const escaped = (name: string): string => {
  const safe = name.replace(
    /[^a-z0-9._~-]|^\.|\.$/g,
    (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
  if (safe.length <= longest) return safe
  return `${safe.slice(0, 100)}%%${createHash('sha256').update(name).digest('hex')}`
}
