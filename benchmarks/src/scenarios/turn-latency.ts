import { setTimeout as sleep } from 'node:timers/promises'
import { withBot } from '../load/bot.js'
import { percentile } from '../load/percentile.js'
import { Person } from '../load/person.js'
import { onSchedule } from '../load/schedule.js'
import type { Reading, Scenario } from './port.js'

const people = 50
const perSecond = 500
/** The first answers find nothing warm. */
const leaveOut = 20
/** How long the last answers may take. */
const patienceMs = 3_000

/** Fifty people, one writing every two milliseconds: from when a message is due to its delivered reply, durable. */
export const turnLatency: Scenario = {
  name: 'turn-latency',
  needs: ['conversations'],
  measure: (rig) =>
    withBot(rig, async () => {
      const count = Math.round(rig.seconds * perSecond) + leaveOut * people
      let answers = 0
      let all = () => {}
      const answered = new Promise<void>((resolve) => {
        all = resolve
      })
      const persons = await Person.gather(rig, people, () => ++answers === count && all())
      const send = (index: number) => persons[index % people]?.write(startedMs + (index * 1000) / perSecond)
      const { startedMs, sent } = onSchedule({ perSecond, count, send, stopped: () => rig.closed, rests: true })
      await sent
      await Promise.race([answered, sleep(patienceMs)])
      const waitsMs = persons.flatMap((person) => person.waitsMs.slice(leaveOut))
      const notes = answers < count ? [`overloaded: ${count - answers} of ${count} were not answered`] : []
      return [reading(waitsMs, 0.5, notes), reading(waitsMs, 0.99, notes)]
    }),
}

const reading = (waitsMs: readonly number[], share: number, notes: string[]): Reading => ({
  row: `time of a turn at ${perSecond} turns/s, p${share * 100}`,
  value: percentile(waitsMs, share),
  unit: 'ms',
  better: 'less',
  notes,
})
