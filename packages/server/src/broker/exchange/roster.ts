import { bytesOf, type Clock, type DaakTopic, topics } from '@daakia/protocol'
import type { Activity } from '../../activity.js'
import type { Roster, RosterStanding } from '../../state/roster/port.js'
import { toRosterInfo } from '../../state/roster/roster-info.js'
import { conversationsOf, KeptRow, type KeptSource, type Told } from './kept/index.js'
import { covers } from './listeners.js'
import type { Membership } from './membership.js'
import { admit } from './messages.js'
import type { PacedSender } from './paced.js'

type RosterTopic = Extract<DaakTopic, { kind: 'roster' }>

const standingsAtOnce = 100

export interface RosterParts {
  membership: Membership
  roster: Pick<Roster, 'ids' | 'standing' | 'standings'>
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
  async *pages({ name: { vendor, client } }, { conversation }) {
    if (conversation !== '+') {
      const standing = await roster.standing(vendor, client, conversation)
      yield [{ subject: conversation, told: toldOf(conversation, standing, clock) }]
      return
    }
    for (let after: string | undefined = ''; after !== undefined; ) {
      const page: readonly RosterStanding[] = await roster.standings(vendor, client, after, standingsAtOnce)
      yield page.map((standing) => ({
        subject: standing.conversation,
        told: toldOf(standing.conversation, standing, clock),
      }))
      after = page.at(-1)?.conversation
    }
  },
  async read({ name }, conversation) {
    return toldOf(conversation, await roster.standing(name.vendor, name.client, conversation), clock)
  },
})

const toldOf = (conversation: string, standing: RosterStanding | undefined, clock: Clock): Told => ({
  topic: topics.roster(conversation),
  payload: standing ? bytesOf(JSON.stringify(toRosterInfo(standing, clock.now()))) : new Uint8Array(),
})
