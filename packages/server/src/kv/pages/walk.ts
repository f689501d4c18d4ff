import { Damage } from './damage.js'
import type { DataFile } from './data-file.js'
import { headerBytes, type Meta, numberAt, type Tree } from './meta.js'
import { type Child, checkOverflow, isOverflow, overflowPages, type Page, parsePage } from './page.js'

/** Something wrong with a page. */
export interface PageProblem {
  page: number
  problem: string
}

export interface WalkOptions {
  file: DataFile
  meta: Meta
  /** Told of what is wrong; the walk goes on with what can be reached. */
  found(problem: PageProblem): void
}

/** An entry as it lies on its page. */
export interface StoredEntry {
  key: Buffer
  value: Buffer
  page: number
}

export interface NewestOptions {
  mostPages: number
  inTime(): boolean
  look(entry: StoredEntry): void
}

type Leaf = Extract<Page, { kind: 'leaf' }>

/** Where a page has to be: how deep, and between which keys. */
interface Place {
  page: number
  level: number
  from: Buffer
  to: Buffer | undefined
}

/** Walks the trees of a data file, and looks at every page that can be reached. */
export class PageWalk {
  readonly #file: DataFile
  readonly #meta: Meta
  readonly #found: (problem: PageProblem) => void
  readonly #seen = new Set<number>()

  constructor({ file, meta, found }: WalkOptions) {
    this.#file = file
    this.#meta = meta
    this.#found = found
  }

  /** Pages that were looked at so far. */
  get pages(): number {
    return this.#seen.size
  }

  /** All entries of a tree that can be reached, in order. */
  *entries(tree: Tree): Iterable<StoredEntry> {
    let count = 0
    for (const page of this.#leaves(tree)) {
      count += page.entries.length
      yield* this.#entriesOn(page)
    }
    if (count !== tree.entries) this.#tell(tree.root ?? 0, `leads to ${count} entries instead of ${tree.entries}`)
  }

  /**
   * Looks at all pages above the leaves, and at the leaves that were written last, with what is on them: at least
   * `mostPages` where there are as many, while `inTime`.
   */
  newest(tree: Tree, { mostPages, inTime, look }: NewestOptions): void {
    if (tree.root === undefined) return
    let places: Place[] = [{ page: tree.root, level: 1, from: Buffer.alloc(0), to: undefined }]
    for (let level = 1; level < tree.depth - 1; level++)
      places = places.flatMap((place) => this.#below(this.#page(place, tree), place))
    const leaves = tree.depth < 2 ? [places] : this.#newestLeaves(places, tree)
    for (const some of leaves) {
      for (const place of some) {
        const page = this.#page(place, tree)
        if (page?.kind === 'leaf') for (const entry of this.#entriesOn(page)) look(entry)
      }
      if (this.pages >= mostPages || !inTime()) return
    }
  }

  /**
   * Where the leaves are, by the pages right above them. There are many of those: each is looked at, in one buffer, and
   * read once more when it is its turn.
   */
  *#newestLeaves(above: readonly Place[], tree: Tree): Iterable<Place[]> {
    const buffer = Buffer.allocUnsafe(this.#meta.pageBytes)
    const sound = above.flatMap((place) => {
      const page = this.#page(place, tree, buffer)
      return page ? [{ place, writtenBy: page.transaction }] : []
    })
    sound.sort((a, b) => b.writtenBy - a.writtenBy)
    for (const { place } of sound) yield this.#below(this.#parse(place, tree), place)
  }

  *#entriesOn({ number, entries }: Leaf): Iterable<StoredEntry> {
    for (const { key, value } of entries) {
      const bytes = isOverflow(value) ? this.#overflow(value) : value
      if (bytes) yield { key, value: bytes, page: number }
    }
  }

  #below(page: Page | undefined, place: Place): Place[] {
    return page?.kind === 'branch' ? placesBelow(page.children, place) : []
  }

  *#leaves(tree: Tree): Iterable<Leaf> {
    const places: Place[] = []
    if (tree.root !== undefined) places.push({ page: tree.root, level: 1, from: Buffer.alloc(0), to: undefined })
    for (let place = places.pop(); place; place = places.pop()) {
      const page = this.#page(place, tree)
      if (page?.kind === 'leaf') yield page
      places.push(...this.#below(page, place).reverse())
    }
  }

  #page(place: Place, tree: Tree, buffer?: Buffer): Page | undefined {
    try {
      this.#visit(place.page)
      return this.#parse(place, tree, buffer)
    } catch (error) {
      if (!(error instanceof Damage)) throw error
      this.#tell(place.page, error.message)
      return undefined
    }
  }

  /** @throws Damage */
  #parse(place: Place, tree: Tree, buffer?: Buffer): Page {
    const { page: number, level } = place
    const page = parsePage(this.#read(number, buffer), number, this.#meta)
    if ((page.kind === 'leaf') !== (level === tree.depth)) throw new Damage('is at another depth than it should be')
    checkOrder(keysOf(page), place, tree.numeric ? compareNumbers : compareBytes)
    return page
  }

  #overflow(place: { firstPage: number; bytes: number }): Buffer | undefined {
    const { pageBytes } = this.#meta
    try {
      const pages = overflowPages(place.bytes, pageBytes)
      for (let i = 0; i < pages; i++) this.#visit(place.firstPage + i)
      const bytes = this.#file.read(place.firstPage * pageBytes, pages * pageBytes)
      checkOverflow(bytes, place, pageBytes, this.#meta)
      if (bytes.length < headerBytes + place.bytes) throw new Damage('is beyond the end of the file')
      return bytes.subarray(headerBytes, headerBytes + place.bytes)
    } catch (error) {
      if (!(error instanceof Damage)) throw error
      this.#tell(place.firstPage, error.message)
      return undefined
    }
  }

  #visit(page: number): void {
    if (this.#seen.has(page)) throw new Damage('is used twice')
    this.#seen.add(page)
  }

  #read(page: number, buffer?: Buffer): Buffer {
    const { pageBytes } = this.#meta
    const bytes = this.#file.read(page * pageBytes, pageBytes, buffer)
    if (bytes.length < pageBytes) throw new Damage('is beyond the end of the file')
    return bytes
  }

  #tell(page: number, problem: string): void {
    this.#found({ page, problem })
  }
}

const placesBelow = (children: readonly Child[], { level, from, to }: Place): Place[] =>
  children.map(({ key, page }, index) => ({
    page,
    level: level + 1,
    from: index === 0 ? from : key,
    to: children[index + 1]?.key ?? to,
  }))

const keysOf = (page: Page): Buffer[] =>
  page.kind === 'leaf' ? page.entries.map(({ key }) => key) : page.children.slice(1).map(({ key }) => key)

type Compare = (a: Buffer, b: Buffer) => number

const compareBytes: Compare = (a, b) => a.compare(b)

/** An empty key is the lowest. */
const compareNumbers: Compare = (a, b) => numberOf(a) - numberOf(b)

const numberOf = (key: Buffer): number => (key.length === 8 ? numberAt(key, 0) : -1)

const checkOrder = (keys: readonly Buffer[], { from, to }: Place, compare: Compare): void => {
  let last: Buffer | undefined
  for (const key of keys) {
    if (last ? compare(key, last) <= 0 : compare(key, from) < 0) throw new Damage('has keys that are out of order')
    last = key
  }
  if (to && last && compare(last, to) >= 0) throw new Damage('has keys that belong to another page')
}
