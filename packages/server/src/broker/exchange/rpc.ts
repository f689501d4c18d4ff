import { bytesOf, type DaakTopic } from '@daakia/protocol'
import { type PublishPacket, ReasonCode } from '@daakia/protocol/mqtt'
import type { Activity } from '../../activity.js'
import type { Calls } from '../../backend/rpc/calls.js'
import type { Counters } from '../../counters.js'
import { countLimit } from '../../limits/refuse.js'
import type { ServerLimits } from '../../limits/server-limits.js'
import type { LiveSession, PublishOutcome } from './port.js'
import { Refusal } from './refusal.js'
import { Replies } from './replies.js'
import type { Row } from './row.js'

export interface RpcParts {
  calls: Calls
  replies: Replies
  activity: Activity
  limits: Pick<ServerLimits, 'callsPerConnection'>
  counters: Counters
}

type Rpc = Extract<DaakTopic, { kind: 'rpc' }>

/** `daak/rpc/{service}/{method}`: calls of the server's own methods. The acknowledgement says that the call was taken. */
export class RpcRow implements Row<Rpc> {
  readonly #underWay = new WeakMap<LiveSession, number>()

  constructor(private readonly parts: RpcParts) {}

  async publish(session: LiveSession, topic: Rpc, packet: PublishPacket): Promise<PublishOutcome> {
    this.#check(session, packet)
    void this.#answer(session, topic, packet)
    return { reasonCode: ReasonCode.Success }
  }

  #check(session: LiveSession, { properties, retain }: PublishPacket): void {
    const own = Replies.topicOf(session)
    if (retain) throw new Refusal(ReasonCode.ImplementationSpecificError, 'A call is not kept: publish without RETAIN')
    if (properties?.responseTopic === undefined)
      throw new Refusal(ReasonCode.ImplementationSpecificError, `A call needs the Response Topic ${own}`)
    if (properties.responseTopic !== own)
      throw new Refusal(ReasonCode.NotAuthorized, `The Response Topic must be your own: ${own}`)
    if (!this.parts.replies.hears(session))
      throw new Refusal(ReasonCode.ImplementationSpecificError, `Subscribe to ${own} before you call`)
    this.#checkUnderWay(session)
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
    const caller = { ...session.name, session, answered }
    const answer = await this.parts.calls.call(caller, `${topic.service}/${topic.method}`, payload)
    this.parts.replies.answer(session, bytesOf(JSON.stringify(answer)), properties?.correlationData)
    sent()
    this.#count(session, -1)
    over()
  }

  #count(session: LiveSession, change: 1 | -1): void {
    this.#underWay.set(session, (this.#underWay.get(session) ?? 0) + change)
  }
}
