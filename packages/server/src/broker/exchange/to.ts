import { type DaakTopic, directConversation, isClientId } from '@daakia/protocol'
import { badTopic } from './refusal.js'
import type { Row } from './row.js'
import type { Speak } from './speak.js'

/** `daak/to/{client}`: a message of the direct conversation with a client. */
export const toRow = (speak: Speak): Row<Extract<DaakTopic, { kind: 'to' }>> => ({
  publish(session, { client }, packet, messageId) {
    if (!isClientId(client)) throw badTopic('A client is named by 1 to 128 of A-Z a-z 0-9 . _ @ -: daak/to/{client}')
    return speak(session, directConversation(session.name.client, client), { packet, messageId })
  },
})
