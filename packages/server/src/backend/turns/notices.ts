import { type Failure, type Lease, type Push, toEnvelope, topics } from '@daakia/protocol'
import type { Delivery } from '../../broker/exchange/port.js'
import type { ToldFailure, Work } from '../../persistence/port.js'
import type { LeaseTerms } from '../port.js'
import { oldestThatFit } from '../portion.js'
import type { OpenTurn } from './open-turn.js'

type Items = Pick<Work, 'events' | 'timers'>

/** What is told at once. Messages beyond it are listed with the next commit's answer, or the next lease. */
export const portionOf = <T extends Items>(work: T): T => ({ ...work, events: oldestThatFit(work.events) })

/** What waits, as it is told to a bot. */
export const toItems = (now: number, { events, timers }: Items) => ({
  now,
  events: events.map((message) => ({ ...toEnvelope(message), ...(message.handoff && { handoff: message.handoff }) })),
  timers: timers.map(({ id, due }) => ({ id, due })),
})

/** A lease as JSON: the state goes into it as it is stored. */
export const leaseNotice = (fence: string, terms: LeaseTerms, now: number, work: Work): string =>
  `${JSON.stringify(withoutState(fence, terms, now, work)).slice(0, -1)},"state":${work.stateJson}}`

const withoutState = (fence: string, terms: LeaseTerms, now: number, work: Work): Omit<Lease, 'state'> => ({
  type: 'lease',
  fence,
  members: [...work.members],
  durationMs: terms.durationMs,
  longestMs: terms.longestMs,
  attempt: work.attempt,
  revision: work.revision,
  commitId: work.commitId,
  ...(work.commitHead !== undefined && { commitHead: work.commitHead }),
  processed: work.processed,
  ...(work.unfinished && { unfinished: true }),
  ...(work.failed && { failed: toFailure(work.failed) }),
  ...toItems(now, work),
})

const toFailure = ({ message, ...failed }: ToldFailure): Failure => ({
  ...failed,
  ...(message && { message: toEnvelope(message) }),
})

export const pushNotice = (fence: string, now: number, items: Items): string =>
  JSON.stringify({ type: 'push', fence, ...toItems(now, items) } satisfies Push)

export const toDelivery = ({ name, connection }: OpenTurn, notice: string): Delivery => ({
  topic: topics.turns(name.conversation),
  payload: Buffer.from(notice),
  qos: connection.qos,
  retain: false,
  contentType: 'application/json',
})
