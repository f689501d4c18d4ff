import type { Message } from '@daakia/client-sdk'
import type { CommitTurn } from '@daakia/protocol'
import { textOf } from '../failure/text-of.js'
import type { Acknowledged } from './acknowledgements.js'
import type { Delivered } from './anomaly.js'
import type { Applied, Deliveries, Sent } from './deliveries.js'
import { Listening } from './listening.js'

/** Where something is said. */
export interface Speaking {
  person: string
  device: string
  conversation: string
  /** What the person does other than speak, as a chat file has it: `presses "Pay"`. */
  deed?: string | undefined
}

interface Said extends Speaking {
  /** Once it is acknowledged. */
  sent?: Sent
}

/** Notes what is sent, stored and heard on a scene, as it happens. */
export class DeliveryRecord {
  readonly #sent: Said[] = []
  /** By the names of devices. */
  readonly #listening = new Map<string, Listening>()
  readonly #acknowledged: (Acknowledged & { user: string })[] = []
  readonly #applied: Applied[] = []

  /** Notes what is sent, at its place, once it is heard of. */
  async sending(speaking: Speaking, sending: Promise<Message>): Promise<Message> {
    const place: Said = { ...speaking }
    this.#sent.push(place)
    const message = await sending
    const { person, device, conversation } = speaking
    place.sent = { person, device, conversation, seq: message.seq, text: textOf(message) }
    return message
  }

  acknowledged(user: string, message: Acknowledged): void {
    this.#acknowledged.push({ user, ...message })
  }

  /** A device is there from now on. @param heads `seq` of what was the newest in each conversation by then */
  listens(device: string, person: string, heads: ReadonlyMap<string, number>): void {
    this.#listening.set(device, new Listening(device, person, heads))
  }

  /** What is said in a conversation from now on is to come to the device. */
  knows(device: string, conversation: string, head: number): void {
    this.#listening.get(device)?.knows(conversation, head)
  }

  heard(device: string, message: Message): void {
    this.#listening.get(device)?.hear(message.conversation, delivered(message))
  }

  /** Whether the person has sent anything, on any device. */
  hasSent(person: string): boolean {
    return this.#sent.some((each) => each.person === person)
  }

  /** How it came to be said; `undefined` where nobody was told so. */
  speaking({ conversation, seq }: Pick<Message, 'conversation' | 'seq'>): Speaking | undefined {
    return this.#sent.find(({ sent }) => sent?.conversation === conversation && sent.seq === seq)
  }

  applied(bot: string, { conversation, commitId, revision, processed, checkpoint }: CommitTurn): void {
    this.#applied.push({ bot, conversation, commitId, revision, processed, checkpoint })
  }

  /** @param away devices that have lost their connection: more may come to them */
  with(journals: Deliveries['journals'], away: ReadonlySet<string> = new Set()): Deliveries {
    const all = [...this.#listening.values()]
    return {
      journals,
      sent: this.#sent.flatMap(({ sent = [] }) => sent),
      acknowledged: this.#acknowledged,
      unacknowledged: this.#sent.filter(({ sent }) => !sent),
      heard: all.flatMap((each) => each.inAll(all, away.has(each.device))),
      applied: this.#applied,
    }
  }
}

export const delivered = (message: Message): Delivered => {
  const { seq, id, from } = message
  return { seq, id, from, text: textOf(message) }
}
