import {
  type Clock,
  type DaakTopic,
  formatPosition,
  isClientId,
  subscriptionProperties,
  topics,
} from '@daakia/protocol'
import { ReasonCode } from '@daakia/protocol/mqtt'
import type { Counters } from '../../counters.js'
import type { QueueGroups, QueueName, Queues } from '../../inbox/queue/index.js'
import { countLimit } from '../../limits/refuse.js'
import type { ServerLimits } from '../../limits/server-limits.js'
import type { LiveSession } from './port.js'
import { badFilter, Refusal } from './refusal.js'
import type { DaakSubscription, Granted, SharedRows } from './row.js'
import { readSince } from './since.js'

type Messages = Extract<DaakTopic, { kind: 'messages' }>

export interface QueueRowParts {
  groups: QueueGroups
  queues: Pick<Queues, 'exists' | 'list'>
  limits: Pick<ServerLimits, 'queuesPerClient'>
  counters: Counters
  clock: Clock
  failed(error: unknown): void
}

/** Messages that a connection takes at once where it does not say. */
const usualCapacity = 32
const mostCapacity = 10_000
/** How long it waits after the store has failed. */
const patienceMs = 1_000

/** `$share/{group}/daak/conversations/+/messages`: the connections of a client share the work of its inbox. */
export class QueueRow implements NonNullable<SharedRows['messages']> {
  constructor(private readonly parts: QueueRowParts) {}

  async subscribe(session: LiveSession, topic: Messages, subscription: DaakSubscription): Promise<Granted> {
    const name = nameOf(session, topic, subscription)
    const capacity = readCapacity(subscription)
    const since = readSince(subscription.userProperties)
    await this.#checkRoom(name)
    const position = await this.parts.groups.open(name, since)
    return {
      reasonCode: ReasonCode.GrantedQoS1,
      userProperties: [['pos', formatPosition(position)]],
      begin: () => this.#enter(session, name, subscription, capacity),
    }
  }

  async resume(session: LiveSession, topic: Messages, subscription: DaakSubscription): Promise<Pick<Granted, 'begin'>> {
    const name = nameOf(session, topic, subscription)
    return { begin: () => this.#enter(session, name, subscription, usualCapacity) }
  }

  async unsubscribe(session: LiveSession, filter: string): Promise<boolean> {
    return this.parts.groups.leave(session, filter)
  }

  detach(session: LiveSession): void {
    this.parts.groups.detach(session)
  }

  /** Where the store fails it is tried again, for as long as there is the connection. */
  #enter(session: LiveSession, name: QueueName, subscription: DaakSubscription, capacity: number): void {
    const { groups, clock, failed } = this.parts
    const { filter, identifier } = subscription
    const terms = { filter, capacity, ...(identifier !== undefined && { identifier }) }
    groups.enter(session, name, terms).catch((error: unknown) => {
      failed(error)
      clock.after(patienceMs, () => session.closed || this.#enter(session, name, subscription, capacity))
    })
  }

  async #checkRoom(name: QueueName): Promise<void> {
    const { queues, limits, counters } = this.parts
    if (await queues.exists(name)) return
    if ((await queues.list(name.vendor, name.client)).length < limits.queuesPerClient) return
    countLimit(counters, 'client', 'queuesPerClient')
    const reason = `This client may have ${limits.queuesPerClient} queues: remove one by queues/remove`
    throw new Refusal(ReasonCode.QuotaExceeded, reason)
  }
}

const nameOf = ({ name }: LiveSession, { conversation }: Messages, subscription: DaakSubscription): QueueName => {
  const { group = '', qos } = subscription
  if (conversation !== '+' || !isClientId(group)) throw badFilter(filterHelp)
  if (qos === 0)
    throw new Refusal(ReasonCode.ImplementationSpecificError, 'A queue waits for acknowledgements: subscribe at QoS 1')
  return { vendor: name.vendor, client: name.client, group }
}

const readCapacity = ({ userProperties }: DaakSubscription): number => {
  const given = userProperties.find(([name]) => name === subscriptionProperties.capacity)?.[1]
  const capacity = Number(given ?? usualCapacity)
  if (Number.isInteger(capacity) && capacity >= 1 && capacity <= mostCapacity) return capacity
  const reason = `The user property "capacity" must be a whole number from 1 to ${mostCapacity}`
  throw new Refusal(ReasonCode.ImplementationSpecificError, reason)
}

const filterHelp = `Share the messages of all conversations: ${topics.queue('{group}')}, with a group of 1 to 128 of A-Z a-z 0-9 . _ @ -`
