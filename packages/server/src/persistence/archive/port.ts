/**
 * Where files of older messages are kept: a folder, or a bucket of an object storage. Names are relative paths such as
 * `acme/ana~shop/000000000001-000000000500.jsonl.gz`, of `a-z 0-9 . _ ~ % - /`; a file is of some hundred kilobytes.
 *
 * Whatever goes wrong rejects: then the server tries again later, or says that it can't answer now. What `put` and `remove`
 * have resolved with is there for good, and others see it at once.
 */
export interface ArchiveStore {
  /** Writes a file as a whole, in place of one of that name. Who reads it meanwhile gets the one or the other. May be repeated. */
  put(name: string, bytes: Uint8Array): Promise<void>
  /** The file as it was written; `undefined` only where it is certain that there is none. */
  get(name: string): Promise<Uint8Array | undefined>
  /** Removes a file, where it is there. May be repeated. */
  remove(name: string): Promise<void>
}
