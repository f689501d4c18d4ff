import { longestDebounceMs } from '@daakia/protocol'
import type { Debounce } from '../../persistence/port.js'

const timesQuiet = 5

/** Waits for quiet for so long; where it is not said how long at most, for several times that. */
export const debounceOf = ({ quietMs, longestMs }: { quietMs: number; longestMs?: number | undefined }): Debounce => ({
  quietMs,
  longestMs: longestMs ?? Math.min(longestDebounceMs, quietMs * timesQuiet),
})
