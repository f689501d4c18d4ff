import type { CommitTurn } from '@daakia/protocol'
import type { Overlap } from '../authoring/overlap.js'
import type { StoredRun } from '../engine/port.js'
import type { Outgoing } from '../middleware/port.js'
import type { StoredCustody } from './custody.js'
import type { StoredNames } from './said-names.js'
import { worded } from './utterance.js'

/** What a turn adds to a conversation, to be committed as one. */
export interface Outcome
  extends Pick<CommitTurn, 'processed' | 'again' | 'timers' | 'public' | 'handoff' | 'debounce'> {
  run: StoredRun | undefined
  said: readonly Outgoing[]
}

/** An outcome, ready to be committed. */
export type Worded = Omit<Outcome, 'run' | 'said'> & Pick<CommitTurn, 'state' | 'messages'>

/** What is stored with a run, to be known again with it. */
interface Kept {
  names?: StoredNames | undefined
  custody?: StoredCustody | undefined
}

/** What a commit stores of a run. */
export type StoredStanding = StoredRun & Kept

/** The outcome as it is committed, where `said` is said of it in the end. @throws TypeError */
export const wordedAs = (
  { run, said: _, ...outcome }: Outcome,
  said: readonly Outgoing[],
  { names, custody }: Kept,
): Worded => {
  const state = run && (names || custody) ? { ...run, ...(names && { names }), ...(custody && { custody }) } : run
  // In this order: on Node 20, what is added to what was spread makes hidden classes of its own each time.
  return { state: state ?? null, messages: said.map(worded), ...outcome }
}

/** How the server is to wait for quiet, where a state says something of it. */
export const waitFor = (overlap: Overlap | undefined): Pick<CommitTurn, 'debounce'> => {
  if (overlap === undefined) return {}
  if (typeof overlap !== 'object') return { debounce: null }
  const { debounceMs: quietMs, longestMs } = overlap
  return { debounce: { quietMs, ...(longestMs !== undefined && { longestMs }) } }
}
