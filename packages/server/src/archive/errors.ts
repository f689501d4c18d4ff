/** Why a backup, a restore, an export or an import could not be done. */
export type ArchiveFault = 'exists' | 'no-room' | 'in-use' | 'no-backup' | 'not-found' | 'damaged' | 'unreadable'

/** What was asked for was not done, and nothing that looks like it is left. The message is one line that says what to do. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError'

  constructor(
    readonly reason: ArchiveFault,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
