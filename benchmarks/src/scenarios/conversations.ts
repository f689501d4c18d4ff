import { Window } from '../load/window.js'
import { rateReading, type Scenario } from './port.js'

const people = 100
const outstanding = 20
export const messagesOutstanding = people * outstanding
export const conversationsRow = 'conversation messages, flushed, 2,000 outstanding'
/** Most of the server is on their way. */
const warmUpSeconds = 4
const payload = Buffer.from('a message of sixty-four bytes, as people write them all day long')

/** A hundred people write to somebody, 2,000 messages outstanding: messages committed and flushed. */
export const conversations: Scenario = {
  name: 'conversations',
  needs: ['conversations'],
  measure: async (rig) => {
    const links = await rig.openMany(people, 'person')
    const windows = links.map((link, n) => {
      const message = { topic: `daak/to/friend-${n}`, payload }
      return new Window(link, { dialect: rig.dialect, size: outstanding, ...message })
    })
    for (const window of windows) window.start()
    const acknowledged = () => windows.reduce((sum, window) => sum + window.acknowledged, 0)
    const rate = await rig.rate(acknowledged, { warmUpSeconds })
    for (const window of windows) window.stop()
    const refused = windows.reduce((sum, window) => sum + window.refused, 0)
    if (refused > 0) throw new Error(`${refused} conversation messages were refused`)
    return [rateReading(conversationsRow, 'msgs/s', rate)]
  },
}
