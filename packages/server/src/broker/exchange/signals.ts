import { type Clock, type DaakTopic, isConversationId, topics } from '@daakia/protocol'
import { type Properties, type PublishPacket, ReasonCode } from '@daakia/protocol/mqtt'
import type { Bus, Signal } from '../port.js'
import { grantedQoS } from './inbox-row.js'
import { covers, identifiersOf, type Listener, Listeners, matching } from './listeners.js'
import type { Membership } from './membership.js'
import { admit, conversationNameHelp } from './messages.js'
import type { LiveSession, PublishOutcome } from './port.js'
import { badTopic, Refusal } from './refusal.js'
import type { DaakSubscription, Granted, Row } from './row.js'
import { readSender, senderPairs } from './sender-properties.js'
import { refuseStranger } from './speak.js'

type Signals = Extract<DaakTopic, { kind: 'signals' }>

export interface SignalsParts {
  membership: Membership
  bus: Pick<Bus, 'publish'>
  clock: Clock
  makeId(): string
  failed(error: unknown): void
}

/**
 * `daak/conversations/{c}/signals`, or `+`: said to the members who listen, and kept nowhere. A publish of QoS 1 or 2 is
 * acknowledged when it was passed on: a client may have no other QoS, and the acknowledgement promises no more than that.
 */
export class SignalsRow implements Row<Signals> {
  readonly #listeners = new Listeners<Signals>()

  constructor(private readonly parts: SignalsParts) {}

  async publish(session: LiveSession, { conversation }: Signals, packet: PublishPacket): Promise<PublishOutcome> {
    if (!isConversationId(conversation)) throw badTopic(conversationNameHelp)
    if (packet.retain)
      throw new Refusal(ReasonCode.ImplementationSpecificError, 'A signal is kept nowhere: publish without RETAIN')
    const { mqtt, contentType, after: _, ...sender } = readSender(packet.properties)
    const members = await this.parts.membership.forSignaller(session.name, conversation)
    refuseStranger(sender.to, members)
    const { vendor, client, connection } = session.name
    const at = String(this.parts.clock.now())
    const properties: Properties = {
      ...mqtt,
      ...(contentType !== undefined && { contentType }),
      userProperties: [
        ...senderPairs({ ...sender, id: sender.id ?? this.parts.makeId() }),
        ['from', client],
        ['at', at],
      ],
    }
    const { plain } = sender
    const signal: Signal = {
      ...{ vendor, conversation, from: client, connection, payload: packet.payload, properties },
      ...(plain !== undefined && { plain }),
    }
    this.parts.bus.publish({ kind: 'signal', signal })
    return { reasonCode: ReasonCode.Success, userProperties: [['at', at]] }
  }

  async subscribe(session: LiveSession, topic: Signals, subscription: DaakSubscription): Promise<Granted> {
    if (topic.conversation !== '+') await admit(this.parts.membership, session, topic.conversation)
    this.#listeners.add(session, topic, subscription)
    return { reasonCode: grantedQoS({ qos: 0 }) }
  }

  resume(session: LiveSession, topic: Signals, subscription: DaakSubscription): Promise<Granted> {
    return this.subscribe(session, topic, subscription)
  }

  async unsubscribe(session: LiveSession, filter: string): Promise<boolean> {
    return this.#listeners.remove(session, filter)
  }

  detach(session: LiveSession): void {
    this.#listeners.drop(session)
  }

  /** Somebody has said something, here or at another node. Those who are members now hear it. */
  heard(signal: Signal): void {
    if (this.#listeners.empty) return
    const members = this.parts.membership.forListeners(signal.vendor, signal.conversation)
    members.then((known) => this.#tell(signal, known)).catch(this.parts.failed)
  }

  #tell(signal: Signal, members: readonly string[]): void {
    for (const member of members)
      for (const listener of this.#listeners.of(signal.vendor, member)) deliver(signal, listener)
  }
}

const deliver = (signal: Signal, listener: Listener<Signals>): void => {
  const { session } = listener
  const isOwn = signal.from === session.name.client && signal.connection === session.name.connection
  const takers = matching(
    listener,
    (topic, { noLocal }) => covers(topic.conversation, signal.conversation) && !(noLocal && isOwn),
  )
  if (takers.length === 0) return
  session.sendOrShed({
    topic: topics.signals(signal.conversation),
    payload: signal.payload,
    ...(signal.plain !== undefined && { plain: signal.plain }),
    qos: 0,
    retain: false,
    ...signal.properties,
    ...identifiersOf(takers),
  })
}
