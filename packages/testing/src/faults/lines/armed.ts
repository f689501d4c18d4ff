import type { Fate } from '../packets/lane.js'
import { isAnswered, isAnswerTo, type WholePacket } from '../packets/packet.js'
import type { PacketKind, Side } from '../packets/packet-kind.js'

/** What is to happen to the next packet of a kind. */
export interface Armed {
  readonly does: 'drops' | 'duplicates' | 'reorders'
  readonly kind: PacketKind
  readonly from: Side
  /** The packet whose answer is to get lost. */
  asked?: WholePacket
}

/** What becomes of a packet by a fault; `undefined` where that fault is about another one. */
export const fateBy = (armed: Armed, from: Side, packet: WholePacket): { fate: Fate; isDone: boolean } | undefined => {
  if (armed.asked) {
    const isLost = from !== armed.from && isAnswerTo(armed.asked, packet)
    return isLost ? { fate: 'breaks', isDone: true } : undefined
  }
  if (from !== armed.from || packet.kind !== armed.kind) return undefined
  switch (armed.does) {
    case 'drops':
      return { fate: 'breaks', isDone: true }
    case 'reorders':
      return { fate: 'waits', isDone: true }
    case 'duplicates':
      if (!isAnswered(packet)) return undefined
      // It lies in the bytes of the stream, which somebody else may use again.
      armed.asked = { ...packet, bytes: packet.bytes.slice() }
      return { fate: 'arrives', isDone: false }
  }
}
