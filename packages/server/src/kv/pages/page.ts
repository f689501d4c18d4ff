import { Damage } from './damage.js'
import { headerBytes, numberAt } from './meta.js'

/** A page of a B-tree, parsed with every number in it checked. Keys and values are views of its bytes. */
export type Page =
  | { kind: 'branch'; number: number; transaction: number; children: readonly Child[] }
  | { kind: 'leaf'; number: number; transaction: number; entries: readonly PageEntry[] }

/** A page below, with the lowest key that may be on it; that of the first child is empty, and means nothing. */
export interface Child {
  key: Buffer
  page: number
}

export interface PageEntry {
  key: Buffer
  /** The value, or where it is: on pages of its own. */
  value: Buffer | OverflowPlace
}

export interface OverflowPlace {
  firstPage: number
  bytes: number
}

export const isOverflow = (value: PageEntry['value']): value is OverflowPlace => !Buffer.isBuffer(value)

const flags = { branch: 0x01, leaf: 0x02, overflow: 0x04 }
const nodeHeaderBytes = 8
const bigData = 0x01

/** Bounds that hold for all pages of a file. */
export interface Bounds {
  lastPage: number
  transaction: number
}

/** @throws Damage */
export const parsePage = (bytes: Buffer, number: number, bounds: Bounds): Page => {
  checkHeader(bytes, number, bounds)
  const pageFlags = bytes.readUInt16LE(18)
  const page = { number, transaction: numberAt(bytes, 8) }
  if (pageFlags === flags.branch) return { kind: 'branch', ...page, children: childrenOf(bytes, bounds) }
  if (pageFlags === flags.leaf) return { kind: 'leaf', ...page, entries: entriesOf(bytes, bounds) }
  throw new Damage(bytes.every((byte) => byte === 0) ? 'is all zeros' : 'is no page of a tree')
}

/** How many pages an overflow value takes, from the header of its first. @throws Damage */
export const checkOverflow = (bytes: Buffer, place: OverflowPlace, pageBytes: number, bounds: Bounds): void => {
  checkHeader(bytes, place.firstPage, bounds)
  if (bytes.readUInt16LE(18) !== flags.overflow) throw new Damage('is no page of a large value')
  if (bytes.readUInt32LE(20) < overflowPages(place.bytes, pageBytes))
    throw new Damage(`begins a value that is shorter than ${place.bytes} bytes`)
}

/** Pages that a value of so many bytes takes. */
export const overflowPages = (bytes: number, pageBytes: number): number =>
  Math.floor((headerBytes - 1 + bytes) / pageBytes) + 1

const checkHeader = (bytes: Buffer, number: number, { transaction }: Bounds): void => {
  if (bytes.length < headerBytes) throw new Damage('is beyond the end of the file')
  if (numberAt(bytes, 0) !== number)
    throw new Damage(bytes.every((byte) => byte === 0) ? 'is all zeros' : 'has the number of another page')
  if (numberAt(bytes, 8) > transaction) throw new Damage('is of a transaction that never was')
}

const childrenOf = (bytes: Buffer, { lastPage }: Bounds): Child[] =>
  nodesOf(bytes).map((node, index) => {
    const page = bytes.readUInt32LE(node) + bytes.readUInt16LE(node + 4) * 2 ** 32
    if (page < 2 || page > lastPage) throw new Damage(`leads to page ${page}, which is not there`)
    const key = keyOf(bytes, node)
    return { key: index === 0 ? key.subarray(0, 0) : key, page }
  })

const entriesOf = (bytes: Buffer, { lastPage }: Bounds): PageEntry[] =>
  nodesOf(bytes).map((node) => {
    const key = keyOf(bytes, node)
    const start = node + nodeHeaderBytes + key.length
    const length = bytes.readUInt32LE(node)
    const nodeFlags = bytes.readUInt16LE(node + 4)
    if (nodeFlags !== 0 && nodeFlags !== bigData) throw new Damage('has an entry of an unknown kind')
    if (start + (nodeFlags === bigData ? 24 : length) > bytes.length)
      throw new Damage('has a value that goes beyond it')
    if (nodeFlags === 0) return { key, value: bytes.subarray(start, start + length) }
    const firstPage = numberAt(bytes, start)
    if (firstPage < 2 || firstPage > lastPage) throw new Damage(`has a value on page ${firstPage}, which is not there`)
    return { key, value: { firstPage, bytes: length } }
  })

/** Where the nodes of a page begin, in the order of their keys. */
const nodesOf = (bytes: Buffer): number[] => {
  const lower = bytes.readUInt16LE(20)
  const upper = bytes.readUInt16LE(22)
  if (lower % 2 !== 0 || lower > upper || headerBytes + upper > bytes.length) throw new Damage('has bounds that cross')
  const nodes: number[] = []
  for (let i = 0; i < lower; i += 2) {
    const offset = bytes.readUInt16LE(headerBytes + i)
    const node = headerBytes + offset
    if (offset < upper || node + nodeHeaderBytes > bytes.length) throw new Damage('points outside of itself')
    nodes.push(node)
  }
  if (nodes.length === 0) throw new Damage('has no entries')
  return nodes
}

const keyOf = (bytes: Buffer, node: number): Buffer => {
  const start = node + nodeHeaderBytes
  const end = start + bytes.readUInt16LE(node + 6)
  if (end > bytes.length) throw new Damage('has a key that goes beyond it')
  return bytes.subarray(start, end)
}
