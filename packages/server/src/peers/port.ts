/** Which nodes of the server have come, or are gone. */
export interface MembersNews {
  joined: readonly string[]
  left: readonly string[]
}

/** What is done with letters of one kind. */
export interface LetterListener<T> {
  hear(letter: T, from: string): void
  /**
   * Letters of others, or to others, may have been lost: what was learnt from them may not be true any more, and what was
   * told may not be known. Ask again, and tell again.
   */
  missed(): void
}

/** Letters of one kind. They are plain data, with `Uint8Array` for bytes; a listener must not change them. */
export interface Letters<T> {
  /** To one other node. To one that is not there it goes nowhere. */
  send(to: string, letter: T): void
  /** To all others. */
  tell(letter: T): void
  close(): void
}

/**
 * The nodes of one server, and what goes between them and is stored nowhere: at most once, and in order from one node to
 * another, told and sent alike. Who needs an answer waits for one, or for the end of the node that was to give it.
 */
export interface Peers {
  /** This node. It has another name each time that it starts. */
  readonly node: string
  /** All nodes that live, this one among them. One that has died is among them until its lease is over. */
  readonly members: readonly string[]
  /** `members` as they are now. Where that can't be told, they stay as they were. */
  look(): Promise<readonly string[]>
  /** Whether a node lives now: asked where `members` is too old to say, for it may be some seconds. */
  isAlive(node: string): Promise<boolean>
  /**
   * Calls `listener` after nodes have come or gone. One that was only paused, or cut off, may go and come again under the same
   * name; on itself `missed` is called then. Returns the way to stop it.
   */
  onChange(listener: (news: MembersNews) => void): () => void
  /** Hears letters of this kind from now on, and sends them. One listener has a kind at a time. */
  open<T>(kind: string, listener: LetterListener<T>): Letters<T>
}
