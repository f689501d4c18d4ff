import type { Clock } from '@daakia/protocol'
import { describe, test } from 'vitest'
import type { PresenceBench } from '../../src/contracts.js'
import { presenceContract } from '../../src/contracts.js'
import type { KeyValue } from '../../src/kv/port.js'
import { silentLog } from '../../src/log.js'
import { EmbeddedPresence } from '../../src/state/presence/embedded.js'
import { engines } from '../support/benches.js'
import { ManualClock } from '../support/manual-clock.js'
import type { Storage } from '../support/storage.js'

const graceMs = 10_000

/** A process that can die: its alarms do not ring any more, and it writes nothing. */
const mortal = (clock: Clock, kv: KeyValue) => {
  let dead = false
  const never = new Promise<never>(() => {})
  const ownClock: Clock = { now: () => clock.now(), after: (delayMs, run) => clock.after(delayMs, () => dead || run()) }
  const ownKv: KeyValue = {
    read: (work) => kv.read(work),
    get: (...asked) => kv.get(...asked),
    range: (...asked) => kv.range(...asked),
    lastNumber: (...asked) => kv.lastNumber(...asked),
    after: (...asked) => kv.after(...asked),
    write: (work, flushed) => (dead ? never : kv.write(work, flushed)),
    close: () => kv.close(),
  }
  return {
    open: () =>
      EmbeddedPresence.open({ kv: ownKv, clock: ownClock, log: silentLog, limits: { presenceGraceMs: graceMs } }),
    die() {
      dead = true
    },
  }
}

const benchOn = (openStorage: () => Promise<Storage>) => async (): Promise<PresenceBench> => {
  const clock = new ManualClock()
  let storage = await openStorage()
  let process = mortal(clock, storage.keyValue)
  let presence = await process.open()
  const start = async () => {
    process = mortal(clock, storage.keyValue)
    presence = await process.open()
    return presence
  }
  return {
    subject: presence,
    graceMs,
    writtenAfterMs: 1_000,
    time: {
      now: () => clock.now(),
      async advance(delayMs) {
        clock.advance(delayMs)
        // What was to be written by then is written.
        await storage.keyValue.write(() => {})
      },
    },
    async reopen() {
      await presence.close()
      storage = await storage.reopen()
      return start()
    },
    async crash() {
      process.die()
      storage = await storage.reopen()
      return start()
    },
    close: () => storage.remove(),
  }
}

for (const [name, open] of Object.entries(engines))
  describe(name, () => presenceContract({ describe, test }, benchOn(open)))
