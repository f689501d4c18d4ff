/** What keeps Redis from doing what it was asked. */
export type RedisFault =
  /** It can't be reached, or is loading, or fails over. Nothing was done; it passes. */
  | 'away'
  /** The connection broke, or its answer did not come in time: what was asked may have been done, or may be yet. */
  | 'unsure'
  /** Its memory, or the disk that it writes to, is full, and it takes no more. Nothing was done; it passes when there is room. */
  | 'full'
  /** The user, the password or the user's rights. */
  | 'denied'
  /** It is not what the URL says, or too old. */
  | 'unfit'
  /** It refused what it was asked for another reason: a mistake of ours. */
  | 'failed'
  /** The link was closed by this side. */
  | 'closed'

/** Redis can't be used, or did not do what it was asked. The message is one line that says what to do. */
export class RedisError extends Error {
  override readonly name = 'RedisError'

  constructor(
    readonly reason: RedisFault,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

/** There is none where the URL leads: it does not run yet, or the URL is wrong. */
export class NoRedisError extends RedisError {
  constructor(message: string, options?: ErrorOptions) {
    super('away', message, options)
  }
}
