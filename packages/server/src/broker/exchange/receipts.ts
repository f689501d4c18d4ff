import { bytesOf, type DaakTopic, isConversationId, ReceiptUpdate, textOf, topics } from '@daakia/protocol'
import { type PublishPacket, ReasonCode } from '@daakia/protocol/mqtt'
import type { Activity } from '../../activity.js'
import type { Receipts as ReceiptsPort, Roster } from '../../state/roster/port.js'
import type { Bus } from '../port.js'
import { conversationsOf, KeptRow, type KeptSource } from './kept/index.js'
import { covers } from './listeners.js'
import type { Membership } from './membership.js'
import { admit, conversationNameHelp } from './messages.js'
import type { PacedSender } from './paced.js'
import type { LiveSession, PublishOutcome } from './port.js'
import { badProperty, badTopic, notAMember, Refusal } from './refusal.js'

type Receipts = Extract<DaakTopic, { kind: 'receipts' }>

/** Which member, and where. */
interface Reader {
  conversation: string
  client: string
}

export interface ReceiptsParts {
  membership: Membership
  roster: Pick<Roster, 'ids'>
  receipts: ReceiptsPort
  bus: Pick<Bus, 'publish'>
  sender: PacedSender
  activity: Activity
  failed(error: unknown): void
}

/** `daak/conversations/{c}/receipts`, or `+`: how far members have received and read; the newest of each is kept. */
export class ReceiptsRow extends KeptRow<Receipts, Reader> {
  constructor(private readonly own: ReceiptsParts) {
    super({ ...own, source: receiptSource(own) })
  }

  async publish(session: LiveSession, { conversation }: Receipts, packet: PublishPacket): Promise<PublishOutcome> {
    if (!isConversationId(conversation)) throw badTopic(conversationNameHelp)
    if (packet.retain)
      throw new Refusal(
        ReasonCode.ImplementationSpecificError,
        'The newest receipt is kept anyway: publish without RETAIN',
      )
    const { vendor, client } = session.name
    const received = await this.own.receipts.receive(vendor, client, conversation, readUpdate(packet.payload))
    if (received.kind === 'not a member') throw notAMember()
    if (received.kind === 'beyond')
      throw badProperty(`A receipt is for messages that are there: the newest has the seq ${received.head}`)
    if (received.news) this.own.bus.publish({ kind: 'receipt', vendor, conversation, client })
    return { reasonCode: ReasonCode.Success }
  }

  /** A member has received or read more. */
  async received(vendor: string, { conversation, client }: Reader): Promise<void> {
    if (this.idle) return
    const members = (await this.own.membership.members(vendor, conversation)) ?? []
    this.changed(vendor, members, { conversation, client })
  }

  /** Who has come is told how far everybody is, and everybody how far who has come is. */
  joined(vendor: string, conversation: string, clients: readonly string[], members: readonly string[]): void {
    if (this.idle) return
    for (const client of clients) this.changed(vendor, members, { conversation, client })
    const others = members.filter((member) => !clients.includes(member))
    for (const client of others) this.changed(vendor, clients, { conversation, client })
  }
}

const receiptSource = ({ membership, roster, receipts: kept }: ReceiptsParts): KeptSource<Receipts, Reader> => ({
  async admit(session, { conversation }) {
    if (conversation !== '+') await admit(membership, session, conversation)
  },
  covers: (topic, { conversation }) => covers(topic.conversation, conversation),
  keyOf: ({ conversation, client }) => `${conversation}/${client}`,
  async *subjects(session, topic) {
    const { vendor } = session.name
    for await (const conversation of conversationsOf(roster, session, topic.conversation))
      for (const { client } of await kept.receipts(vendor, conversation)) yield { conversation, client }
  },
  async read({ name }, { conversation, client }) {
    const receipts = await kept.receipts(name.vendor, conversation, [name.client, client])
    const receipt = receipts.find((each) => each.client === client)
    if (!receipt || !receipts.some((each) => each.client === name.client)) return undefined
    return { topic: topics.receipts(conversation), payload: bytesOf(JSON.stringify(receipt)) }
  },
})

/** @throws Refusal */
const readUpdate = (payload: Uint8Array): ReceiptUpdate => {
  const read = ReceiptUpdate.safeParse(jsonOf(payload))
  if (!read.success)
    throw badProperty('A receipt is JSON: {"delivered":7,"read":5}, or one of the two, each the seq of a message')
  return read.data
}

const jsonOf = (payload: Uint8Array): unknown => {
  try {
    return JSON.parse(textOf(payload) ?? '')
  } catch {
    return undefined
  }
}
