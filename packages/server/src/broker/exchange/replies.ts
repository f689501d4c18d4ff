import { type DaakTopic, topics } from '@daakia/protocol'
import { type PublishPacket, ReasonCode } from '@daakia/protocol/mqtt'
import type { CallContent, Services } from '../../backend/services/index.js'
import { contentOf } from './call-content.js'
import { grantedQoS } from './inbox-row.js'
import type { PacedSender } from './paced.js'
import type { LiveSession, PublishOutcome } from './port.js'
import { Refusal } from './refusal.js'
import type { Row } from './row.js'

type RepliesTopic = Extract<DaakTopic, { kind: 'replies' }>

/**
 * `daak/replies/{client}/{connection}`: the answers to a connection's own calls. Services publish them to
 * `daak/replies/{client}/{call}`, the Response Topic that came with the call: it names no connection, and is theirs alone.
 */
export class Replies implements Row<RepliesTopic> {
  readonly #qos = new WeakMap<LiveSession, 0 | 1>()

  constructor(
    private readonly sender: PacedSender,
    private readonly services: Pick<Services, 'answer'>,
  ) {}

  /** Where a session's answers go. */
  static topicOf({ name }: LiveSession): string {
    return topics.replies(name.client, name.connection)
  }

  async publish(session: LiveSession, topic: RepliesTopic, packet: PublishPacket): Promise<PublishOutcome> {
    if (packet.retain)
      throw new Refusal(ReasonCode.ImplementationSpecificError, 'An answer is not kept: publish without RETAIN')
    const answer = { content: contentOf(packet), correlationData: packet.properties?.correlationData }
    const heard = this.services.answer(session, { client: topic.client, id: topic.connection }, answer)
    return { reasonCode: heard ? ReasonCode.Success : ReasonCode.NoMatchingSubscribers }
  }

  subscribe: NonNullable<Row['subscribe']> = async (session, _, subscription) => {
    const own = Replies.topicOf(session)
    if (subscription.filter !== own) throw new Refusal(ReasonCode.NotAuthorized, `Your answers come on ${own}`)
    this.#qos.set(session, grantedQoS(subscription))
    return {}
  }

  resume: NonNullable<Row['resume']> = async (session, _, subscription) => {
    this.#qos.set(session, grantedQoS(subscription))
    return {}
  }

  unsubscribe: NonNullable<Row['unsubscribe']> = async (session) => this.#qos.delete(session)

  detach: NonNullable<Row['detach']> = (session) => {
    this.#qos.delete(session)
    this.sender.drop(session)
  }

  hears(session: LiveSession): boolean {
    return this.#qos.has(session)
  }

  /** Sends an answer; a session that has gone meanwhile gets none. */
  answer(session: LiveSession, content: CallContent, correlationData: Uint8Array | undefined): void {
    const qos = this.#qos.get(session)
    if (qos === undefined) return
    void this.sender.send(session, {
      ...content,
      topic: Replies.topicOf(session),
      qos,
      retain: false,
      ...(correlationData && { correlationData }),
    })
  }
}
