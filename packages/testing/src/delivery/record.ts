import type { Message } from '@daakia/client-sdk'
import type { CommitTurn } from '@daakia/protocol'
import { textOf } from '../failure/text-of.js'
import type { Acknowledged } from './acknowledgements.js'
import type { Delivered } from './anomaly.js'
import type { Applied, Deliveries, Sent } from './deliveries.js'

/** Notes what is sent, stored and heard on a scene, as it happens. */
export class DeliveryRecord {
  readonly #sent: { sent?: Sent }[] = []
  readonly #heard = new Map<string, { user: string; conversation: string; messages: Delivered[] }>()
  readonly #acknowledged: (Acknowledged & { user: string })[] = []
  readonly #applied: Applied[] = []

  /** Notes what a person sends, at its place, once it is heard of. */
  async sending(user: string, sending: Promise<Message>): Promise<void> {
    const place: { sent?: Sent } = {}
    this.#sent.push(place)
    const { conversation, seq } = await sending
    place.sent = { user, conversation, seq }
  }

  acknowledged(user: string, message: Acknowledged): void {
    this.#acknowledged.push({ user, ...message })
  }

  heard(user: string, message: Message): void {
    const { conversation } = message
    const key = `${user} ${conversation}`
    const known = this.#heard.get(key) ?? { user, conversation, messages: [] }
    this.#heard.set(key, known)
    known.messages.push(delivered(message))
  }

  applied(bot: string, { conversation, commitId, revision, processed, checkpoint }: CommitTurn): void {
    this.#applied.push({ bot, conversation, commitId, revision, processed, checkpoint })
  }

  with(journals: Deliveries['journals']): Deliveries {
    return {
      journals,
      sent: this.#sent.flatMap(({ sent = [] }) => sent),
      heard: [...this.#heard.values()],
      acknowledged: this.#acknowledged,
      applied: this.#applied,
    }
  }
}

export const delivered = (message: Message): Delivered => {
  const { seq, id, from } = message
  return { seq, id, from, text: textOf(message) }
}
