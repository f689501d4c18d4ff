import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/** The file in which LMDB keeps everything, read as it is on disk: without LMDB, which trusts what it finds. */
export class DataFile {
  readonly path: string
  readonly #file: number

  /** @throws the system's error where it can't be opened */
  constructor(path: string) {
    this.path = path
    this.#file = openSync(path, 'r')
  }

  get bytes(): number {
    return fstatSync(this.#file).size
  }

  /** As much as there is of these bytes, in `bytes` where that is given. */
  read(position: number, length: number, bytes: Buffer = Buffer.allocUnsafe(length)): Buffer {
    let read = 0
    while (read < length) {
      const more = readSync(this.#file, bytes, read, length - read, position + read)
      if (more === 0) break
      read += more
    }
    return bytes.subarray(0, read)
  }

  close(): void {
    closeSync(this.#file)
  }
}
