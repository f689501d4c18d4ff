import type { DaakTopic } from '@daakia/protocol'
import { readAnnouncement, type Turns } from '../../backend/turns/index.js'
import { grantedQoS } from './inbox-row.js'
import type { LiveSession } from './port.js'
import { badFilter } from './refusal.js'
import type { Row } from './row.js'

/** `daak/turns/+`: a bot's connection takes turns. It announces itself each time it connects. */
export const turnsRow = (
  turns: Turns,
  /** The connection takes turns from now on, or does so no more. */
  serves: (session: LiveSession, serves: boolean) => void,
): Row<Extract<DaakTopic, { kind: 'turns' }>> => ({
  async subscribe(session, { conversation }, subscription) {
    if (conversation !== '+')
      throw badFilter('A bot takes the turns of all its conversations: subscribe to daak/turns/+')
    const announcement = readAnnouncement(subscription.userProperties)
    const begin = await turns.announce(session, grantedQoS(subscription), announcement)
    return {
      begin() {
        serves(session, true)
        begin()
      },
    }
  },
  async unsubscribe(session) {
    const known = turns.leave(session)
    if (known) serves(session, false)
    return known
  },
  occupation: (session) => turns.occupation(session),
  detach: (session) => turns.leave(session),
})
