import { expect, test } from 'vitest'
import { CrashPlan, type CrashPoint } from '../../src/faults/crash-point.js'
import { Schedule } from '../../src/races/schedule.js'
import { setScene } from '../../src/set-scene.js'
import { seededRandom } from '../../src/time/seeded-random.js'
import { echo } from '../support/bots.js'

const people = ['ana', 'ben', 'cleo', 'dan']

/** Some talk to one instance and some to the other: which of the two has a conversation follows from its name. */
const talk = async (crashes: CrashPlan) => {
  const schedule = new Schedule(seededRandom(1))
  const { chat } = await setScene({ bot: echo }, { site: '', schedule, instances: 2, crashes })
  for (const name of people) {
    await chat.user(name).says('hi')
    await chat.user(name).toHear('Hello.')
  }
  await chat.toDeliverExactlyOnce()
  await chat.close()
}

test('whichever instance comes to a point is the one that is killed there', { timeout: 60_000 }, async () => {
  const rehearsal = new CrashPlan()
  await talk(rehearsal)
  const points = rehearsal.reached.filter(({ of, at }: CrashPoint) => of === 'echo' && at === 'turn.leased')
  expect(points).toHaveLength(people.length)
  for (const point of points) {
    const plan = new CrashPlan(point)
    await talk(plan)
    expect(plan.isDone).toBe(true)
  }
})

test('an instance is restarted by its number', async () => {
  const schedule = new Schedule(seededRandom(1))
  const { chat } = await setScene({ bot: echo }, { site: '', schedule, instances: 2 })
  const users = people.map((name) => chat.user(name))
  for (const user of users) await user.says('hi')
  for (const instance of [1, 2]) await chat.restartBot('echo', { instance })
  for (const user of users) {
    await user.says('one')
    await user.toHear('Hello.')
    await user.toHear('You said "one".')
  }
  await expect(chat.restartBot('echo', { instance: 3 })).rejects.toThrow('echo has no instance 3, but 2')
  await chat.close()
})
