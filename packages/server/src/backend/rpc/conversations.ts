import {
  type Clock,
  type ConversationInfo,
  CreateConversation,
  directConversation,
  directMembers,
  GetConversation,
  isClientId,
  isConversationId,
  mostMembers,
} from '@daakia/protocol'
import { oldestOf } from '../../persistence/oldest.js'
import type { Conversation, Store } from '../../persistence/port.js'
import { badParams, conflict, notAMember } from './failure.js'
import { type Methods, mayRead, method } from './method.js'

export interface ConversationParts {
  store: Pick<Store, 'conversation'>
  clock: Clock
  makeId(): string
}

/** `conversations/create` and `conversations/get`. */
export const conversationMethods = ({ store, clock, makeId }: ConversationParts): Methods => ({
  'conversations/create': method(CreateConversation, async ({ vendor, client }, params) => {
    const members = [...new Set([...params.members, client])].sort()
    checkMembers(members)
    const id = params.id ?? makeId()
    checkId(id, members)
    const conversation = await store.conversation(vendor, id, { members, at: clock.now(), by: client })
    if (!conversation || !sameMembers(conversation, members))
      throw conflict(`Another conversation has the id ${id}: choose another`)
    return toInfo(conversation)
  }),

  'conversations/get': method(GetConversation, async (caller, { id }) => {
    const conversation = isConversationId(id) ? await store.conversation(caller.vendor, id) : undefined
    if (!conversation || !mayRead(caller, conversation)) throw notAMember()
    return toInfo(conversation)
  }),
})

const checkMembers = (members: readonly string[]) => {
  checkClients('members', members)
  if (members.length > mostMembers) throw badParams(`members: must be at most ${mostMembers}`)
}

const checkId = (id: string, members: readonly string[]) => {
  if (!isConversationId(id)) throw badParams('id: must be 1 to 128 of A-Z a-z 0-9 . _ @ -')
  if (!directMembers(id)) return
  const [one, other, ...rest] = members
  if (one === undefined || other === undefined || rest.length > 0 || id !== directConversation(one, other))
    throw badParams('id: a ~ is for direct conversations, which are made on first use')
}

const sameMembers = (conversation: Conversation, members: readonly string[]): boolean =>
  conversation.members.length === members.length && members.every((member) => conversation.members.includes(member))

/** @throws RpcFailure */
export const checkClients = (field: string, clients: readonly string[]): void => {
  const wrong = clients.find((client) => !isClientId(client))
  if (wrong !== undefined) throw badParams(`${field}: "${wrong}" is no client: 1 to 128 of A-Z a-z 0-9 . _ @ -`)
}

/** A conversation as its members are told. */
export const toInfo = ({
  id,
  members,
  first,
  archivedFrom,
  head,
  createdAt,
  createdBy,
  closedAt,
  retention,
  handoffs,
}: Conversation): ConversationInfo => ({
  id,
  members: [...members],
  first: oldestOf({ first, archivedFrom }),
  head,
  createdAt,
  ...(createdBy !== undefined && { createdBy }),
  ...(closedAt !== undefined && { closedAt }),
  ...(retention && { retention }),
  ...handoffsOf(handoffs),
})

/** Those that are over when their bot has heard of it are told no more. */
const handoffsOf = (handoffs: Conversation['handoffs']): Pick<ConversationInfo, 'handoffs'> => {
  const inForce = handoffs?.filter(({ takenBack }) => takenBack === undefined) ?? []
  return inForce.length === 0 ? {} : { handoffs: inForce.map(({ from, to, at }) => ({ from, to, at })) }
}
