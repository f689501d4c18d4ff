import { createHash } from 'node:crypto'
import { isClientId } from '@daakia/protocol'
import { compareKeys } from '../kv/compare-keys.js'
import { journal } from '../persistence/tables.js'
import { ArchiveError } from './errors.js'
import { exportFormat, exportVersion, fieldsOf, type LineEntry, LineProblem, parseEntry } from './lines.js'
import { vendorTables } from './tables.js'
import { linesOf } from './text-lines.js'

/** Reads an export line by line, and says of the first that is wrong which one it is and why. */
export class ExportReader {
  readonly #lines: AsyncGenerator<Buffer>
  readonly #hash = createHash('sha256')
  #number = 0
  #entries = 0
  #last: LineEntry | undefined

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#lines = linesOf(chunks)
  }

  /** The vendor that the header names. @throws ArchiveError with `unreadable` */
  async vendor(): Promise<string> {
    const bytes = await this.#next()
    return this.#explained(() => {
      const { format, version, vendor } = fieldsOf(jsonOf(bytes))
      if (format !== exportFormat) throw new LineProblem('is no header of an export')
      if (version !== exportVersion)
        throw new LineProblem(`is of version ${version}; this Daakia reads ${exportVersion}`)
      if (typeof vendor !== 'string' || !isClientId(vendor)) throw new LineProblem('names no vendor')
      this.#hash.update(bytes)
      return vendor
    })
  }

  /** All entries, in order, when the trailer agrees with them. @throws ArchiveError with `unreadable` */
  async *entries(): AsyncGenerator<LineEntry> {
    for (;;) {
      const bytes = await this.#next()
      const entry = this.#explained(() => this.#entryOf(bytes))
      if (!entry) break
      yield entry
    }
    const more = await this.#lines.next()
    if (!more.done) throw unreadable(`Line ${this.#number + 1} comes after the end of the export`)
  }

  async #next(): Promise<Buffer> {
    const { value, done } = await this.#lines.next()
    this.#number++
    if (done || value.at(-1) !== 0x0a)
      throw unreadable(`The export is cut: it ends ${done ? 'before' : 'within'} line ${this.#number}`)
    return value
  }

  /** `undefined` for the trailer. */
  #entryOf(bytes: Buffer): LineEntry | undefined {
    const json = jsonOf(bytes)
    if ('end' in fieldsOf(json)) return void this.#checkTrailer(fieldsOf(json))
    this.#hash.update(bytes)
    const entry = parseEntry(json)
    this.#checkOrder(entry)
    this.#last = entry
    this.#entries++
    return entry
  }

  #checkTrailer({ end, sha256 }: Record<string, unknown>): void {
    if (end !== this.#entries) throw new LineProblem(`speaks of ${end} entries, and ${this.#entries} came before`)
    // Whoever writes an export by hand leaves it out.
    if (sha256 !== undefined && sha256 !== this.#hash.digest('hex'))
      throw new LineProblem('has the checksum of another export: what came before was changed')
  }

  #checkOrder({ note, key }: LineEntry): void {
    const last = this.#last
    const order = last ? vendorTables.indexOf(note) - vendorTables.indexOf(last.note) : 1
    if (order < 0) throw new LineProblem(`is of ${note.table.name}, which comes before ${last?.note.table.name}`)
    if (order > 0 || !last) return
    if (compareKeys(key, last.key) <= 0) throw new LineProblem('has a key that does not come after the one before it')
    const [conversation, seq] = key
    if (note.table === journal && conversation === last.key[0] && seq !== (last.key[1] as number) + 1)
      throw new LineProblem(`has seq ${seq} after ${last.key[1]}: a message is missing`)
  }

  #explained<T>(read: () => T): T {
    try {
      return read()
    } catch (error) {
      throw error instanceof LineProblem ? unreadable(`Line ${this.#number} ${error.message}`, error) : error
    }
  }
}

const unreadable = (message: string, cause?: unknown): ArchiveError =>
  new ArchiveError('unreadable', `${message}. Nothing was imported`, { cause })

const utf8 = new TextDecoder('utf-8', { fatal: true })

const jsonOf = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(utf8.decode(bytes))
  } catch (error) {
    throw new LineProblem(`is no JSON (${(error as Error).message.slice(0, 100)})`)
  }
}
