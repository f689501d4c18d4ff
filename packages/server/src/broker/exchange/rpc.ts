import { bytesOf, cancelMethod, type DaakTopic, isClientId, RpcCode } from '@daakia/protocol'
import { type PublishPacket, ReasonCode } from '@daakia/protocol/mqtt'
import type { Activity } from '../../activity.js'
import type { Calls } from '../../backend/rpc/calls.js'
import { type CallContent, failureOf, type Services } from '../../backend/services/index.js'
import type { Occupation } from '../../connection-manager/port.js'
import type { Counters } from '../../counters.js'
import { countLimit } from '../../limits/refuse.js'
import type { ServerLimits } from '../../limits/server-limits.js'
import { contentOf } from './call-content.js'
import type { LiveSession, PublishOutcome } from './port.js'
import { badTopic, Refusal } from './refusal.js'
import { Replies } from './replies.js'
import type { Row } from './row.js'
import { readTimeout } from './timeout.js'

export interface RpcParts {
  calls: Calls
  services: Services
  replies: Replies
  activity: Activity
  limits: Pick<ServerLimits, 'callsPerConnection' | 'callTimeoutMs' | 'longestCallTimeoutMs'>
  counters: Counters
}

type Rpc = Extract<DaakTopic, { kind: 'rpc' }>

/**
 * `daak/rpc/{service}/{method}`: calls of the server's own methods, and of services. The acknowledgement says that the
 * call was taken; 0x10 that nobody is there who could answer, which the answer says too.
 */
export class RpcRow implements Row<Rpc> {
  readonly #underWay = new WeakMap<LiveSession, number>()

  constructor(private readonly parts: RpcParts) {}

  async publish(session: LiveSession, topic: Rpc, packet: PublishPacket): Promise<PublishOutcome> {
    if (packet.retain)
      throw new Refusal(ReasonCode.ImplementationSpecificError, 'A call is not kept: publish without RETAIN')
    if (topic.method === cancelMethod) return this.#cancel(session, topic, packet)
    this.#checkResponseTopic(session, packet)
    try {
      return this.#call(session, topic, packet)
    } catch (error) {
      if (packet.qos === 0) this.#tell(session, packet, error)
      throw error
    }
  }

  /** A call of its waits for an answer. */
  occupation(session: LiveSession): Occupation | undefined {
    return (this.#underWay.get(session) ?? 0) > 0 ? 'busy' : undefined
  }

  #checkResponseTopic(session: LiveSession, { properties }: PublishPacket): void {
    const own = Replies.topicOf(session)
    if (properties?.responseTopic === undefined)
      throw new Refusal(ReasonCode.ImplementationSpecificError, `A call needs the Response Topic ${own}`)
    if (properties.responseTopic !== own)
      throw new Refusal(ReasonCode.NotAuthorized, `The Response Topic must be your own: ${own}`)
    if (!this.parts.replies.hears(session))
      throw new Refusal(ReasonCode.ImplementationSpecificError, `Subscribe to ${own} before you call`)
  }

  #call(session: LiveSession, topic: Rpc, packet: PublishPacket): PublishOutcome {
    this.#checkUnderWay(session)
    if (!this.parts.calls.serves(topic.service)) return this.#forward(session, topic, packet)
    void this.#answer(session, topic, packet)
    return { reasonCode: ReasonCode.Success }
  }

  #checkUnderWay(session: LiveSession): void {
    const { limits, counters } = this.parts
    if ((this.#underWay.get(session) ?? 0) < limits.callsPerConnection) return
    countLimit(counters, 'connection', 'callsPerConnection')
    throw new Refusal(ReasonCode.QuotaExceeded, 'Too many calls at once: wait for answers', { passing: true })
  }

  async #answer(session: LiveSession, topic: Rpc, { payload, properties }: PublishPacket): Promise<void> {
    const over = this.parts.activity.begin()
    this.#count(session, 1)
    let sent = () => {}
    const answered = new Promise<void>((resolve) => {
      sent = resolve
    })
    const { vendor, client, connection, role } = session.name
    const caller = { vendor, client, connection, ...(role && { role }), session, answered }
    const answer = await this.parts.calls.call(caller, `${topic.service}/${topic.method}`, payload)
    this.parts.replies.answer(session, jsonOf(answer), properties?.correlationData)
    sent()
    this.#count(session, -1)
    over()
  }

  #forward(session: LiveSession, { service, method }: Rpc, packet: PublishPacket): PublishOutcome {
    if (!isClientId(service) || !isClientId(method)) throw badTopic(nameHelp)
    const correlationData = packet.properties?.correlationData
    const { timeoutMs, content } = readTimeout(contentOf(packet), this.parts.limits)
    this.#count(session, 1)
    const answered = (answer: CallContent) => {
      this.#count(session, -1)
      this.parts.replies.answer(session, answer, correlationData)
    }
    try {
      const outcome = this.parts.services.call({
        caller: session,
        service,
        method,
        content,
        correlationData,
        timeoutMs,
        answered,
      })
      return { reasonCode: outcome === 'taken' ? ReasonCode.Success : ReasonCode.NoMatchingSubscribers }
    } catch (error) {
      this.#count(session, -1)
      throw error
    }
  }

  #cancel(session: LiveSession, { service }: Rpc, { properties }: PublishPacket): PublishOutcome {
    const { correlationData } = properties ?? {}
    if (!correlationData)
      throw new Refusal(ReasonCode.ImplementationSpecificError, 'Give the Correlation Data of the call to be cancelled')
    const found = this.parts.services.cancel(session, service, correlationData)
    return { reasonCode: found ? ReasonCode.Success : ReasonCode.NoMatchingSubscribers }
  }

  /** A call of QoS 0 has no acknowledgement that could tell why it was refused. */
  #tell(session: LiveSession, { properties }: PublishPacket, error: unknown): void {
    if (!(error instanceof Refusal)) return
    const code = error.reasonCode === ReasonCode.QuotaExceeded ? RpcCode.Busy : RpcCode.InvalidRequest
    this.parts.replies.answer(session, failureOf(code, error.message), properties?.correlationData)
  }

  #count(session: LiveSession, change: 1 | -1): void {
    this.#underWay.set(session, (this.#underWay.get(session) ?? 0) + change)
  }
}

const jsonOf = (answer: unknown): CallContent => ({
  payload: bytesOf(JSON.stringify(answer)),
  contentType: 'application/json',
  userProperties: [],
})

const nameHelp = 'Services and methods are named by 1 to 128 of A-Z a-z 0-9 . _ @ -: daak/rpc/{service}/{method}'
