/** A part of what a turn takes, to be measured by itself. */
export interface Part {
  /** Does so many turns. */
  turns(count: number): Promise<void>
  close(): void
}
