/** How far something is that takes a while. */
export interface Progress {
  doing: 'copying' | 'comparing' | 'checking' | 'exporting' | 'importing' | 'archiving'
  /** Bytes, or entries where it is about these. */
  done: number
  /** Absent where that is not known. */
  of?: number
}

export type Tell = (progress: Progress) => void
