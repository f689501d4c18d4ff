import { bytesOf, type Clock, type DaakTopic, topics } from '@daakia/protocol'
import type { Activity } from '../../activity.js'
import type { Roster } from '../../state/roster/port.js'
import { toRosterInfo } from '../../state/roster/roster-info.js'
import { conversationsOf, KeptRow, type KeptSource } from './kept/index.js'
import { covers } from './listeners.js'
import type { Membership } from './membership.js'
import { admit } from './messages.js'
import type { PacedSender } from './paced.js'

type RosterTopic = Extract<DaakTopic, { kind: 'roster' }>

export interface RosterParts {
  membership: Membership
  roster: Pick<Roster, 'ids' | 'standing'>
  sender: PacedSender
  activity: Activity
  clock: Clock
  failed(error: unknown): void
}

/** `daak/roster/{c}`, or `+`: where I am in each of my conversations. Taken away where I am in it no more. */
export class RosterRow extends KeptRow<RosterTopic, string> {
  constructor(parts: RosterParts) {
    super({ ...parts, source: rosterSource(parts) })
  }
}

const rosterSource = ({ membership, roster, clock }: RosterParts): KeptSource<RosterTopic, string> => ({
  async admit(session, { conversation }) {
    if (conversation !== '+') await admit(membership, session, conversation)
  },
  covers: (topic, conversation) => covers(topic.conversation, conversation),
  keyOf: (conversation) => conversation,
  subjects: (session, topic) => conversationsOf(roster, session, topic.conversation),
  async read({ name }, conversation) {
    const standing = await roster.standing(name.vendor, name.client, conversation)
    const payload = standing ? bytesOf(JSON.stringify(toRosterInfo(standing, clock.now()))) : new Uint8Array()
    return { topic: topics.roster(conversation), payload }
  },
})
