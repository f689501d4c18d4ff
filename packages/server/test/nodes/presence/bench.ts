import type { Clock } from '@daakia/protocol'
import { createActivity } from '../../../src/activity.js'
import type { SharedKeyValue } from '../../../src/kv/port.js'
import { silentLog } from '../../../src/log.js'
import { SharedPresence } from '../../../src/state/presence/shared.js'
import type { ManualClock } from '../../support/manual-clock.js'
import type { TestPeers } from '../../support/peers.js'

export const graceMs = 10_000

/** A node's presence. */
export interface PresenceNode {
  presence: SharedPresence
  peers: TestPeers
  /** The process is gone: its alarms do not ring any more, and it writes nothing. Its lease ends when `peers` die. */
  kill(): void
  /** As a process that stands still: what it has begun goes on when it is back. */
  pause(): void
  resume(): void
  /** Resolves when nothing is being written. */
  rest(): Promise<void>
  close(): Promise<void>
}

export const openNode = async (kv: SharedKeyValue, clock: ManualClock, peers: TestPeers): Promise<PresenceNode> => {
  let state: 'runs' | 'stands' | 'dead' = 'runs'
  let waiting: (() => void)[] = []
  const never = new Promise<never>(() => {})
  const whenRunning = (run: () => void) => {
    if (state === 'runs') run()
    else if (state === 'stands') waiting.push(run)
  }
  const ownClock: Clock = {
    now: () => clock.now(),
    after: (delayMs, run) => clock.after(delayMs, () => whenRunning(run)),
  }
  const ownKv: SharedKeyValue = {
    read: (work) => (state === 'dead' ? never : kv.read(work)),
    write: (work, flushed) => (state === 'dead' ? never : kv.write(work, flushed)),
    close: () => kv.close(),
  }
  const activity = createActivity()
  const limits = { presenceGraceMs: graceMs }
  const presence = await SharedPresence.open({ kv: ownKv, clock: ownClock, log: silentLog, activity, limits, peers })
  return {
    presence,
    peers,
    kill() {
      state = 'dead'
      peers.cutOff()
    },
    pause() {
      state = 'stands'
      peers.cutOff()
    },
    rest: async () => (state === 'dead' ? undefined : activity.idle()),
    close: async () => (state === 'dead' ? undefined : presence.close()),
    resume() {
      state = 'runs'
      const late = waiting
      waiting = []
      for (const run of late) run()
      peers.rejoin()
    },
  }
}
