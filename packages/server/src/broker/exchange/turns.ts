import type { DaakTopic } from '@daakia/protocol'
import { readAnnouncement, type Turns } from '../../backend/turns/index.js'
import { grantedQoS } from './inbox-row.js'
import { badFilter } from './refusal.js'
import type { Row } from './row.js'

/** `daak/turns/+`: a bot's connection takes turns. It announces itself each time it connects. */
export const turnsRow = (turns: Turns): Row<Extract<DaakTopic, { kind: 'turns' }>> => ({
  async subscribe(session, { conversation }, subscription) {
    if (conversation !== '+')
      throw badFilter('A bot takes the turns of all its conversations: subscribe to daak/turns/+')
    const announcement = readAnnouncement(subscription.userProperties)
    return { begin: await turns.announce(session, grantedQoS(subscription), announcement) }
  },
  unsubscribe: async (session) => turns.leave(session),
  detach: (session) => turns.leave(session),
})
