import { type DaakTopic, isClientId, SetPresence, textOf } from '@daakia/protocol'
import { type PublishPacket, ReasonCode } from '@daakia/protocol/mqtt'
import type { Attendance, Presence } from '../../../state/presence/port.js'
import type { LiveSession, PublishOutcome } from '../port.js'
import { badFilter, badProperty, badTopic, Refusal } from '../refusal.js'
import type { DaakSubscription, Granted, Row } from '../row.js'
import type { Watching } from './watching.js'

type PresenceTopic = Extract<DaakTopic, { kind: 'presence' }>

export interface PresenceRowParts {
  presence: Pick<Presence, 'enter' | 'change' | 'leave'>
  watching: Watching
}

/** What most connections count as: nothing is kept of them. */
const usual: Attendance = { status: 'online', serves: false }

/** `daak/presence/{client}`, or `+`: from the server to those who share a conversation with the client. */
export class PresenceRow implements Row<PresenceTopic> {
  /** Connections that count as something else than usual. */
  readonly #attending = new Map<LiveSession, Attendance>()

  constructor(private readonly parts: PresenceRowParts) {}

  attach(session: LiveSession): void {
    this.parts.presence.enter(session.name, usual)
  }

  detach(session: LiveSession): void {
    this.parts.presence.leave(session.name, this.#attendanceOf(session))
    this.#attending.delete(session)
    this.parts.watching.drop(session)
  }

  /** The connection takes turns from now on, or does so no more. */
  serves(session: LiveSession, serves: boolean): void {
    if (!session.closed) this.#change(session, { serves })
  }

  async publish(session: LiveSession, { client }: PresenceTopic, packet: PublishPacket): Promise<PublishOutcome> {
    if (!isClientId(client)) throw badTopic(nameHelp)
    const own = session.name.client
    if (client !== own) throw new Refusal(ReasonCode.NotAuthorized, `Your own presence is daak/presence/${own}`)
    if (packet.retain) throw mistaken('The server keeps presence: publish without RETAIN')
    const status = readStatus(packet.payload)
    if (session.closed) throw mistaken('Presence is about connections, and this one is gone')
    this.#change(session, { status })
    return { reasonCode: ReasonCode.Success }
  }

  async subscribe(session: LiveSession, topic: PresenceTopic, subscription: DaakSubscription): Promise<Granted> {
    if (topic.client !== '+' && !isClientId(topic.client)) throw badFilter(`${nameHelp}; + stands for all you may see`)
    if (session.closed) return {}
    const known = this.parts.watching.add(session, topic, subscription)
    // [MQTT-3.3.1-9] to [MQTT-3.3.1-11]
    const retained = subscription.retainHandling === 0 || (subscription.retainHandling === 1 && !known)
    return { begin: () => this.parts.watching.begin(session, topic, retained ? subscription.filter : undefined) }
  }

  /** What changed while the session was away is told as what holds now. */
  resume(session: LiveSession, topic: PresenceTopic, subscription: DaakSubscription): Promise<Granted> {
    return this.subscribe(session, topic, subscription)
  }

  async unsubscribe(session: LiveSession, filter: string): Promise<boolean> {
    return this.parts.watching.remove(session, filter)
  }

  #attendanceOf(session: LiveSession): Attendance {
    return this.#attending.get(session) ?? usual
  }

  #change(session: LiveSession, change: Partial<Attendance>): void {
    const before = this.#attendanceOf(session)
    const after = { ...before, ...change }
    this.#attending.set(session, after)
    this.parts.presence.change(session.name, before, after)
  }
}

const nameHelp = 'A client is named by 1 to 128 of A-Z a-z 0-9 . _ @ -: daak/presence/{client}'

const mistaken = (reason: string) => new Refusal(ReasonCode.ImplementationSpecificError, reason)

/** @throws Refusal */
const readStatus = (payload: Uint8Array): SetPresence['status'] => {
  const read = SetPresence.safeParse(jsonOf(payload))
  if (!read.success) throw badProperty('Say {"status":"online"} or {"status":"away"}, as JSON')
  return read.data.status
}

const jsonOf = (payload: Uint8Array): unknown => {
  try {
    return JSON.parse(textOf(payload) ?? '')
  } catch {
    return undefined
  }
}
