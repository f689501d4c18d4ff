/** A promise that was broken. */
export interface Violation {
  /** Which one, in a word or two: the same for all that break it. */
  rule: string
  /** What happened, as a sentence. */
  says: string
  /** `n` of the events that show it. */
  events: readonly number[]
}
