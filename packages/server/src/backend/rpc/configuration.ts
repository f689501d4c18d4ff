import { ConfigureConversation, isConversationId } from '@daakia/protocol'
import type { Store } from '../../persistence/port.js'
import type { RetentionKeeper } from '../../persistence/retention/keeper.js'
import { toInfo } from './conversations.js'
import { notAMember } from './failure.js'
import { type Methods, operatorMethod } from './method.js'

export interface ConfigurationParts {
  store: Pick<Store, 'conversation' | 'retain'>
  keeper: Pick<RetentionKeeper, 'configured'>
}

/** `conversations/configure`. What is kept is the vendor's to say: members could take each other's history away. */
export const configurationMethods = ({ store, keeper }: ConfigurationParts): Methods => ({
  'conversations/configure': operatorMethod(ConfigureConversation, async ({ vendor }, { id, retention }) => {
    if (!isConversationId(id) || !(await store.conversation(vendor, id))) throw notAMember()
    if (retention !== undefined) {
      await store.retain(vendor, id, retention ?? undefined)
      keeper.configured(vendor, id)
    }
    const conversation = await store.conversation(vendor, id)
    if (!conversation) throw notAMember()
    return toInfo(conversation)
  }),
})
