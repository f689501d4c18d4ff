import { setTimeout as sleep } from 'node:timers/promises'
import { withBot } from '../load/bot.js'
import { percentile } from '../load/percentile.js'
import { Person } from '../load/person.js'
import type { Reading, Scenario } from './port.js'

const people = 50
const roundsPerSecond = 10
/** The first answers find nothing warm. */
const leaveOut = 20

/** Fifty people who write ten times a second each: from message to delivered reply, durable. */
export const turnLatency: Scenario = {
  name: 'turn-latency',
  needs: ['conversations'],
  measure: (rig) =>
    withBot(rig, async () => {
      const persons = await Person.gather(rig, people, () => undefined)
      for (let round = 0; round < rig.seconds * roundsPerSecond + leaveOut && !rig.closed; round++) {
        for (const person of persons) person.write()
        await sleep(1000 / roundsPerSecond)
      }
      const waitsMs = persons.flatMap((person) => person.waitsMs.slice(leaveOut))
      return [reading(waitsMs, 0.5), reading(waitsMs, 0.99)]
    }),
}

const reading = (waitsMs: readonly number[], share: number): Reading => ({
  row: `time of a turn at ${people * roundsPerSecond} turns/s, p${share * 100}`,
  value: percentile(waitsMs, share),
  unit: 'ms',
  better: 'less',
})
