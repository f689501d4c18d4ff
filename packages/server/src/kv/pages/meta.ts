import { Damage } from './damage.js'
import type { DataFile } from './data-file.js'

/** A B-tree of LMDB: the one of free pages, or that of the entries. */
export interface Tree {
  /** Its keys are numbers, and not bytes. */
  numeric: boolean
  depth: number
  entries: number
  /** Absent where the tree is empty. */
  root: number | undefined
}

/** What a meta page says: where everything is that the newest transaction knew. */
export interface Meta {
  pageBytes: number
  lastPage: number
  transaction: number
  free: Tree
  entries: Tree
}

/** The layout of LMDB 1.0 on machines of 64 bits, little-endian, as the `lmdb` package builds it. */
export const headerBytes = 24
const metaFlag = 0x08
const magic = 0xbeefc0de
const dataVersion = 2
const metaBytes = headerBytes + 144
const smallestPage = 256
const largestPage = 0x10000
const deepest = 32

/**
 * What the newer one of the two meta pages says. Both have to be whole: LMDB takes the one with the higher number, and
 * looks at nothing else.
 *
 * @throws Damage
 */
export const readMeta = (file: DataFile): Meta => {
  const first = metaOf(file, 0, 0)
  const second = metaOf(file, first.pageBytes, 1)
  if (second.pageBytes !== first.pageBytes) throw new Damage('its two meta pages differ in the size of a page')
  return first.transaction >= second.transaction ? first : second
}

const metaOf = (file: DataFile, position: number, page: number): Meta => {
  const bytes = file.read(position, metaBytes)
  if (bytes.length === 0 && page === 0) throw new Damage('it is empty')
  if (bytes.length < metaBytes) throw new Damage(`it ends within meta page ${page}`)
  checkKind(bytes, page)
  const meta = parse(bytes)
  const problem = problemOf(meta, page)
  if (problem) throw new Damage(`meta page ${page} ${problem}`)
  return meta
}

const checkKind = (bytes: Buffer, page: number): void => {
  if (bytes.readUInt32LE(headerBytes) !== magic || (bytes.readUInt16LE(18) & metaFlag) === 0)
    throw new Damage(page === 0 ? 'it is no file of LMDB, or its first page is destroyed' : 'meta page 1 is destroyed')
  const version = bytes.readUInt32LE(headerBytes + 4) & 0xffff
  if (version !== dataVersion)
    throw new Damage(`it was written by another version of LMDB (format ${version}; this one reads ${dataVersion})`)
}

const parse = (bytes: Buffer): Meta => ({
  pageBytes: bytes.readUInt32LE(headerBytes + 24),
  free: { ...treeOf(bytes, headerBytes + 24), numeric: true },
  entries: treeOf(bytes, headerBytes + 72),
  lastPage: numberAt(bytes, headerBytes + 120),
  transaction: numberAt(bytes, headerBytes + 128),
})

const treeOf = (bytes: Buffer, position: number): Tree => {
  const root = bytes.readBigUInt64LE(position + 40)
  return {
    numeric: false,
    depth: bytes.readUInt16LE(position + 6),
    entries: numberAt(bytes, position + 32),
    root: root === noPage ? undefined : Number(root),
  }
}

const noPage = 2n ** 64n - 1n

/** A number of 64 bits; what is too large to be exact is too large to be true, and is found so. */
export const numberAt = (bytes: Buffer, position: number): number => Number(bytes.readBigUInt64LE(position))

const problemOf = (meta: Meta, page: number): string | undefined => {
  const { pageBytes, lastPage, transaction } = meta
  if (pageBytes < smallestPage || pageBytes > largestPage || (pageBytes & (pageBytes - 1)) !== 0)
    return `claims pages of ${pageBytes} bytes`
  if (!Number.isSafeInteger(lastPage * pageBytes)) return `claims ${lastPage} pages`
  if (!Number.isSafeInteger(transaction) || (transaction > 0 && transaction % 2 !== page))
    return `claims to be of transaction ${transaction}`
  for (const { root, depth } of [meta.free, meta.entries])
    if (depth > deepest || (root === undefined ? depth > 0 : root < 2 || root > lastPage || depth === 0))
      return `leads nowhere (root ${root}, depth ${depth})`
  return undefined
}
