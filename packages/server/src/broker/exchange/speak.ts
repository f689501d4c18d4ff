import type { Clock } from '@daakia/protocol'
import { type PublishPacket, ReasonCode } from '@daakia/protocol/mqtt'
import { ClosedConversation, NotAMember, NotThere, UnknownConversation } from '../../persistence/errors.js'
import { fieldRules } from '../../persistence/field-rules.js'
import type { Appended, Store } from '../../persistence/port.js'
import type { Membership } from './membership.js'
import type { LiveSession, PublishOutcome } from './port.js'
import { afterRefused, badProperty, badTopic, notAMember, Refusal } from './refusal.js'
import { readSender } from './sender-properties.js'

export interface SpeakParts {
  store: Pick<Store, 'append'>
  membership: Membership
  clock: Clock
  makeId(): string
}

/** What becomes a message. */
export interface Speech {
  packet: PublishPacket
  /** Its id where the sender gives none; absent: a new one. */
  messageId: string | undefined
}

/** Makes a publish a message of a conversation. Resolves when it is committed and flushed. @throws Refusal */
export type Speak = (session: LiveSession, conversation: string, speech: Speech) => Promise<PublishOutcome>

export const createSpeak =
  ({ store, membership, clock, makeId }: SpeakParts): Speak =>
  async (session, conversation, { packet, messageId }) => {
    const { vendor, client, role } = session.name
    refuseRetain(packet)
    const { after, ...sender } = readSender(packet.properties)
    const id = sender.id ?? messageId
    try {
      const members = membership.forSpeaker(session.name, conversation)
      refuseStranger(sender.to, members instanceof Promise ? await members : members)
    } catch (error) {
      if (!isRepeatOfWhoLeft(error, id)) throw error
    }
    if (session.refusedForNow || (after !== undefined && !fieldRules.id.holds(after))) throw afterRefused()
    const message = {
      ...sender,
      id: id ?? makeId(),
      from: client,
      ...(role && { fromRole: role }),
      at: clock.now(),
      payload: packet.payload,
    }
    try {
      return answerOf(await store.append(vendor, conversation, message, { after }))
    } catch (error) {
      throw refusalOf(error)
    }
  }

/** Who has left may send again what was taken before, under its id, and be told so. Whether it was, the store knows. */
const isRepeatOfWhoLeft = (error: unknown, id: string | undefined): boolean =>
  id !== undefined && error instanceof Refusal && error.reasonCode === ReasonCode.NotAuthorized

const answerOf = ({ seq, at, isStillKept }: Appended): PublishOutcome => ({
  isStillKept,
  reasonCode: ReasonCode.Success,
  userProperties: [
    ['seq', String(seq)],
    ['at', String(at)],
  ],
})

/** Why the conversation does not take it. */
const refusalOf = (error: unknown): unknown => {
  if (error instanceof NotAMember || error instanceof UnknownConversation) return notAMember()
  if (error instanceof ClosedConversation) return badTopic('The conversation is closed: it takes no more messages')
  if (error instanceof NotThere) return afterRefused()
  return error
}

const refuseRetain = ({ retain }: PublishPacket) => {
  if (retain)
    throw new Refusal(
      ReasonCode.ImplementationSpecificError,
      'A conversation keeps all its messages: publish without RETAIN',
    )
}

/** @throws Refusal */
export const refuseStranger = (to: string | undefined, members: readonly string[]) => {
  if (to !== undefined && !members.includes(to))
    throw badProperty('The user property "to" must name a member of the conversation')
}
