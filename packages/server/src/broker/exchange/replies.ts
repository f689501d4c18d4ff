import { type DaakTopic, topics } from '@daakia/protocol'
import { ReasonCode } from '@daakia/protocol/mqtt'
import { grantedQoS } from './inbox-row.js'
import type { PacedSender } from './paced.js'
import type { LiveSession } from './port.js'
import { Refusal } from './refusal.js'
import type { Row } from './row.js'

/** `daak/replies/{client}/{connection}`: the answers to a connection's own calls. */
export class Replies implements Row<Extract<DaakTopic, { kind: 'replies' }>> {
  readonly #qos = new WeakMap<LiveSession, 0 | 1>()

  constructor(private readonly sender: PacedSender) {}

  /** Where a session's answers go. */
  static topicOf({ name }: LiveSession): string {
    return topics.replies(name.client, name.connection)
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

  /** Sends an answer, as JSON; a session that has gone meanwhile gets none. */
  answer(session: LiveSession, payload: Uint8Array, correlationData: Uint8Array | undefined): void {
    const qos = this.#qos.get(session)
    if (qos === undefined) return
    void this.sender.send(session, {
      topic: Replies.topicOf(session),
      payload,
      qos,
      retain: false,
      contentType: 'application/json',
      ...(correlationData && { correlationData }),
    })
  }
}
