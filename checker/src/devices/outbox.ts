import type { AcknowledgementPacket, Packet, PublishPacket, QoS, UserProperty } from '@daakia/protocol/mqtt'
import type { Recorder } from '../history/recorder.js'
import type { Saying } from './device.js'

export interface OutboxOptions {
  recorder: Recorder
  device: string
  client: string
  version: 4 | 5
  qos: Exclude<QoS, 0>
  /** The server keeps the session: what is sent again keeps its packet identifier. */
  persistent: boolean
  /** What is sent again comes in any order. */
  disorderly: boolean
  random(): number
}

interface Outgoing {
  op: number
  said: Saying
  /** How often it was put on the wire. */
  copies: number
  packetId?: number
  /** QoS 2: the server has it, and PUBREL was sent. */
  released?: boolean
  settled?: boolean
}

const window = 32
/** Reason codes from here on are errors; this one says nothing about whether it was done. */
const unspecified = 0x80
/** Refused for now. Of a copy that was sent before, and whose answer was lost, it says nothing: that one may have been taken. */
const quotaExceeded = 0x97

/** What a device has promised to say, kept until the server has said what became of it. */
export class Outbox {
  readonly #options: OutboxOptions
  #queue: Outgoing[] = []
  readonly #underWay = new Map<number, Outgoing>()
  #send: ((packet: Packet) => void) | undefined
  #lastPacketId = 0

  constructor(options: OutboxOptions) {
    this.#options = options
  }

  get empty(): boolean {
    return this.#queue.length === 0 && this.#underWay.size === 0
  }

  add(op: number, said: Saying): void {
    this.#queue.push({ op, said, copies: 0 })
    this.#pump()
  }

  /** There is a connection: what was not acknowledged goes again. */
  connected(send: (packet: Packet) => void, sessionPresent: boolean): void {
    this.#send = send
    const before = [...this.#underWay.values()]
    if (!sessionPresent) {
      this.#underWay.clear()
      // Released messages are the server's; without the session their end is of no interest.
      const again = before.filter(({ released }) => !released)
      for (const outgoing of again) delete outgoing.packetId
      this.#queue = [...this.#inSomeOrder(again), ...this.#queue]
    } else for (const outgoing of before) this.#transmit(outgoing)
    this.#pump()
  }

  lost(): void {
    this.#send = undefined
  }

  newPacketId(): number {
    do this.#lastPacketId = (this.#lastPacketId % 0xffff) + 1
    while (this.#underWay.has(this.#lastPacketId))
    return this.#lastPacketId
  }

  /** Takes PUBACK, PUBREC and PUBCOMP; false where it is about something else. */
  take(packet: Packet): boolean {
    if (packet.type !== 'puback' && packet.type !== 'pubrec' && packet.type !== 'pubcomp') return false
    const outgoing = this.#underWay.get(packet.packetId)
    if (!outgoing) return false
    if (packet.type !== 'pubcomp') this.#settle(outgoing, packet)
    if (packet.type === 'pubrec' && packet.reasonCode < unspecified) this.#release(outgoing)
    else this.#underWay.delete(packet.packetId)
    this.#pump()
    return true
  }

  #inSomeOrder(outgoing: Outgoing[]): Outgoing[] {
    if (!this.#options.disorderly) return outgoing
    return outgoing
      .map((each) => ({ each, place: this.#options.random() }))
      .sort((one, other) => one.place - other.place)
      .map(({ each }) => each)
  }

  #pump(): void {
    while (this.#send && this.#underWay.size < window && this.#queue.length > 0) {
      const outgoing = this.#queue.shift() as Outgoing
      outgoing.packetId = this.newPacketId()
      this.#underWay.set(outgoing.packetId, outgoing)
      this.#transmit(outgoing)
    }
  }

  #transmit(outgoing: Outgoing): void {
    if (outgoing.released) this.#release(outgoing)
    else this.#send?.(this.#packetOf(outgoing, outgoing.copies++))
  }

  #release(outgoing: Outgoing): void {
    outgoing.released = true
    this.#send?.({ type: 'pubrel', packetId: outgoing.packetId as number, reasonCode: 0 })
  }

  #settle(outgoing: Outgoing, { reasonCode, properties }: AcknowledgementPacket): void {
    const { recorder, device } = this.#options
    const { op, copies, settled } = outgoing
    outgoing.settled = true
    if (settled) return
    const reason = `${reasonCode} ${properties?.reasonString ?? ''}`.trim()
    if (reasonCode === unspecified || (reasonCode === quotaExceeded && copies > 1))
      recorder.note(device, { what: 'send', type: 'info', op, reason })
    else if (reasonCode > unspecified) recorder.note(device, { what: 'send', type: 'fail', op, reason })
    else recorder.note(device, { what: 'send', type: 'ok', op, copies, ...seqOf(properties?.userProperties) })
  }

  /** What is said in order does not come before this, of which it is not known whether the server has it. */
  #before({ said, packetId }: Outgoing): string | undefined {
    if (this.#options.disorderly || said.again) return undefined
    let found: string | undefined
    for (const other of this.#underWay.values()) {
      if (other.packetId === packetId) return found
      if (!other.settled && !other.said.again && other.said.conversation === said.conversation) found = other.said.id
    }
    return found
  }

  #packetOf(outgoing: Outgoing, copies: number): PublishPacket {
    const { version, qos, persistent } = this.#options
    const { said, packetId } = outgoing
    const after = this.#before(outgoing)
    const userProperties: UserProperty[] = [
      ['id', said.id],
      ...(after === undefined ? [] : [['after', after] as const]),
    ]
    return {
      type: 'publish',
      topic: `daak/conversations/${said.conversation}/messages`,
      payload: new TextEncoder().encode(said.text),
      qos,
      retain: false,
      dup: persistent && copies > 0,
      packetId: packetId as number,
      ...(version === 5 && { properties: { contentType: 'text/plain', userProperties } }),
    }
  }
}

const seqOf = (properties: readonly UserProperty[] = []): { seq?: number } => {
  const seq = properties.find(([name]) => name === 'seq')?.[1]
  return seq === undefined ? {} : { seq: Number(seq) }
}
