import { type DaakTopic, directMembers, isConversationId } from '@daakia/protocol'
import type { InboxReaders } from '../../inbox/reader/index.js'
import { inboxRow } from './inbox-row.js'
import type { Membership } from './membership.js'
import type { LiveSession } from './port.js'
import { badFilter, badTopic, notAMember } from './refusal.js'
import type { Row } from './row.js'
import type { Speak } from './speak.js'

type Messages = Extract<DaakTopic, { kind: 'messages' }>

export interface MessagesParts {
  readers: InboxReaders
  membership: Membership
  speak: Speak
}

/** `daak/conversations/{c}/messages`, and `+` to hear all of mine. */
export const messagesRow = ({ readers, membership, speak }: MessagesParts): Row<Messages> => ({
  ...inboxRow<Messages>(readers, async (session, { conversation }) => {
    if (conversation !== '+') await admit(membership, session, conversation)
    return { kind: 'messages', conversation }
  }),
  publish(session, { conversation }, packet, messageId) {
    if (!isConversationId(conversation)) throw badTopic(conversationNameHelp)
    return speak(session, conversation, { packet, messageId })
  },
})

/** A direct conversation of one's own may be subscribed to before anything was said in it. @throws Refusal */
export const admit = async (membership: Membership, session: LiveSession, conversation: string): Promise<void> => {
  const { vendor, client } = session.name
  if (!isConversationId(conversation)) throw badFilter(`${conversationNameHelp}; + stands for all of yours`)
  const members = directMembers(conversation) ?? (await membership.members(vendor, conversation))
  if (!members?.includes(client)) throw notAMember()
}

/** What a conversation may be called. */
export const conversationNameHelp =
  'A conversation is named by 1 to 128 of A-Z a-z 0-9 . _ @ -, a direct one by its two clients, sorted and joined by ~'
