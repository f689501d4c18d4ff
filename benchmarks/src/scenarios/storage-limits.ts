import type { Task } from '../servers/lmdb.js'
import { conversationsRow, messagesOutstanding } from './conversations.js'
import { rateReading, type Scenario } from './port.js'
import { peopleAtOnce, turnsRow } from './turns.js'

const warmUpSeconds = 2

/** What the store alone does with the entries of the same messages or turns: another cell of the scenario's row. */
const limit = (name: string, task: Task, row: { name: string; unit: string }): Scenario => ({
  name,
  needs: ['storage'],
  measure: async (rig) => {
    const { child } = rig.options.server
    let done = 0
    child.on('message', (message: { done: number }) => {
      done = message.done
    })
    child.send(task)
    return [rateReading(row.name, row.unit, await rig.rate(() => done, { warmUpSeconds }))]
  },
})

/** A message: in the journal, by its id, and in the inboxes of two members. */
export const conversationsLimit = limit(
  'conversations',
  { flushes: [4], outstanding: messagesOutstanding },
  { name: conversationsRow, unit: 'msgs/s' },
)

/** A turn: the message and the mark that it waits; then the answer, the bot's state and standing, and the mark's end. */
export const turnsLimit = limit(
  'turns',
  { flushes: [6, 8], outstanding: peopleAtOnce },
  { name: turnsRow, unit: 'turns/s' },
)
