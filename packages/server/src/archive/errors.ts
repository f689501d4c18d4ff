/** Why a backup, a restore, an export, an import or a migration could not be done. */
export type ArchiveFault =
  | 'exists'
  | 'no-room'
  | 'in-use'
  | 'no-backup'
  | 'not-found'
  | 'damaged'
  | 'unreadable'
  | 'changed'
  | 'unsettled'
  | 'same-kind'

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
