/** What keeps the storage from doing its work. */
export type StorageFault =
  /** No room: the disk, the quota or the size limit of the store. Passes when there is room again. */
  | 'full'
  /** The disk refused in another way. Nothing can be written until the process is started again. */
  | 'failed'
  /** Redis can't be reached. Nothing was kept, and it passes, unless the message says that this is not known. */
  | 'away'
  | 'closed'
  | 'in-use'
  /** An import or a migration was killed: what is there in part is not served. */
  | 'unfinished'
  /** Nothing of Daakia is in the folder that was to be read. */
  | 'no-data'
  | 'not-a-folder'
  | 'not-writable'
  | 'newer-version'
  /** Data of a version that this one can't read any more. */
  | 'older-version'
  /** What is stored is not what was written: a disk, or somebody, has changed it. */
  | 'damaged'

/** The storage cannot be opened, or refuses a write. The message is one line that says what to do. */
export class StorageError extends Error {
  override readonly name = 'StorageError'

  /** What was asked may have been kept, or not. */
  readonly inDoubt: boolean

  constructor(
    readonly reason: StorageFault,
    message: string,
    { inDoubt = false, ...options }: ErrorOptions & { inDoubt?: boolean } = {},
  ) {
    super(message, options)
    this.inDoubt = inDoubt
  }
}

/** There is no room now: what was refused may be tried again. */
export const isFull = (error: unknown): boolean => error instanceof StorageError && error.reason === 'full'
