import { withBot } from '../load/bot.js'
import { Person } from '../load/person.js'
import { rateReading, type Scenario } from './port.js'

export const peopleAtOnce = 100
export const turnsRow = `bot turns, ${peopleAtOnce} people at once`
/** A turn takes its way through most of the server and the bot, a few hundred times a second only. */
const warmUpSeconds = 4

/** A hundred people who write as soon as they are answered: from message to delivered reply, durable. */
export const turns: Scenario = {
  name: 'turns',
  needs: ['conversations'],
  measure: (rig) =>
    withBot(rig, async () => {
      const persons = await Person.gather(rig, peopleAtOnce, (person) => person.write())
      for (const person of persons) person.write()
      const rate = await rig.rate(() => persons.reduce((sum, person) => sum + person.answers, 0), { warmUpSeconds })
      return [rateReading(turnsRow, 'turns/s', rate)]
    }),
}
