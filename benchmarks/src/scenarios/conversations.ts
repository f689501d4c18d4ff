import { Window } from '../load/window.js'
import { type Measurement, rate } from '../measure.js'

const connections = 100
const outstanding = 20
const payload = Buffer.from('a message of sixty-four bytes, as people write them all day long')

/** A hundred people write to somebody, 2,000 messages outstanding: messages committed and flushed, per second. */
export const conversationMessages = async (port: number): Promise<Measurement> => {
  const people = Array.from({ length: connections }, (_, n) => new Window(outstanding, `daak/to/friend-${n}`, payload))
  for (const [n, person] of people.entries()) await person.start(port, `person-${n}`)
  const value = await rate(() => people.reduce((sum, person) => sum + person.acknowledged, 0))
  for (const person of people) person.stop()
  const refused = people.reduce((sum, person) => sum + person.refused, 0)
  if (refused > 0) throw new Error(`${refused} conversation messages were refused`)
  return { name: `conversation messages, flushed, ${connections * outstanding} outstanding`, value, unit: 'msgs/s' }
}
