/** Why something could not be done with copies of data: backups, exports, moves, and the archive. */
export type ArchiveFault =
  | 'away'
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
