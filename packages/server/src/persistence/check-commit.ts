/** What the store knows of a bot's state when a turn ends. */
export interface Standing {
  revision: number
  processed: number
  /** Newest `seq` of the journal. */
  head: number
  lastCommitId?: string
}

/** What a turn claims to have started from. */
export interface Claimed {
  revision: number
  /** Absent where the turn ends without a commit. */
  commitId?: string
  processed?: number
}

export type Verdict = 'apply' | 'repeated' | { conflict: string }

/**
 * Decides whether the outcome of a turn may be applied. The same commit again is answered as the first time;
 * one that started from another revision than the one in force is a conflict.
 */
export const checkCommit = (standing: Standing, claimed: Claimed): Verdict => {
  if (claimed.commitId !== undefined && claimed.commitId === standing.lastCommitId) return 'repeated'
  if (claimed.revision !== standing.revision) {
    return { conflict: `the turn started from revision ${claimed.revision}, the state is at ${standing.revision}` }
  }
  if (claimed.processed !== undefined && claimed.processed < standing.processed) {
    return { conflict: `processed ${claimed.processed} is behind ${standing.processed}` }
  }
  if (claimed.processed !== undefined && claimed.processed > standing.head) {
    return { conflict: `processed ${claimed.processed} is ahead of the journal, which ends at ${standing.head}` }
  }
  return 'apply'
}
