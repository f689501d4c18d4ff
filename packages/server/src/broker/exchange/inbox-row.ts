import { type DaakTopic, formatPosition } from '@daakia/protocol'
import type { InboxInterest, InboxReaders, InboxSubscription } from '../../inbox/reader/index.js'
import type { LiveSession } from './port.js'
import type { DaakSubscription, Row } from './row.js'
import { readSince } from './since.js'

/** What the two rows whose subscriptions read the inbox have in common. */
export const inboxRow = <T extends DaakTopic>(
  readers: InboxReaders,
  /** @throws Refusal */
  interestOf: (session: LiveSession, topic: T) => InboxInterest | Promise<InboxInterest>,
): Required<Pick<Row<T>, 'subscribe' | 'unsubscribe' | 'resume' | 'detach'>> => ({
  async subscribe(session, topic, subscription) {
    const since = readSince(subscription.userProperties)
    const wanted = toInbox(subscription, await interestOf(session, topic))
    const position = await readers.subscribe(session, wanted, since)
    return { userProperties: [['pos', formatPosition(position)]], begin: () => readers.begin(session) }
  },
  unsubscribe: (session, filter) => readers.unsubscribe(session, filter),
  async resume(session, topic, subscription) {
    await readers.resume(session, toInbox(subscription, await interestOf(session, topic)))
    return { begin: () => readers.begin(session) }
  },
  detach: (session) => readers.detach(session),
})

const toInbox = (subscription: DaakSubscription, interest: InboxInterest): InboxSubscription => ({
  filter: subscription.filter,
  interest,
  qos: grantedQoS(subscription),
  noLocal: subscription.noLocal,
  ...(subscription.identifier !== undefined && { identifier: subscription.identifier }),
})

/** Under `daak/` at most QoS 1 is granted. */
export const grantedQoS = ({ qos }: Pick<DaakSubscription, 'qos'>): 0 | 1 => (qos === 0 ? 0 : 1)
