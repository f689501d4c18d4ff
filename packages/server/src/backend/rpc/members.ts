import {
  type Clock,
  CloseConversation,
  type ConversationInfo,
  directMembers,
  InviteMembers,
  isConversationId,
  LeaveConversation,
} from '@daakia/protocol'
import { ClosedConversation, HandedOver, NotAMember, TooManyMembers } from '../../persistence/errors.js'
import type { Conversation, MembersChange, Store } from '../../persistence/port.js'
import { checkClients, toInfo } from './conversations.js'
import { badParams, conflict, notAllowed, notAMember } from './failure.js'
import { type Caller, type Methods, mayRead, method } from './method.js'

export interface MemberParts {
  store: Pick<Store, 'conversation' | 'changeMembers'>
  clock: Clock
  makeId(): string
}

type Kind = { change: 'joined' | 'left'; clients: readonly string[] } | { change: 'closed' }

/** `conversations/invite`, `conversations/leave` and `conversations/close`. */
export const memberMethods = (parts: MemberParts): Methods => {
  const { store } = parts
  const found = (vendor: string, id: string) =>
    isConversationId(id) ? store.conversation(vendor, id) : Promise.resolve(undefined)

  /** The conversation, where the caller may know of it. */
  const readable = async (caller: Caller, id: string): Promise<Conversation> => {
    const conversation = await found(caller.vendor, id)
    if (!conversation || !mayRead(caller, conversation)) throw notAMember()
    refuseDirect(conversation)
    return conversation
  }

  const change = async (caller: Caller, id: string, kind: Kind): Promise<Conversation> => {
    const { vendor, client: from, role } = caller
    const changer = { from, ...(role && { fromRole: role }), id: parts.makeId(), at: parts.clock.now() }
    const change: MembersChange = { ...changer, ...kind }
    return store.changeMembers(vendor, id, change).catch(tell)
  }

  const takeOut = async (caller: Caller, id: string, client: string): Promise<void> => {
    checkMayManage(caller, await readable(caller, id), 'take others out')
    await change(caller, id, { change: 'left', clients: [client] })
  }

  /** Who is no member has left: the answer is the same whether the conversation exists or not. */
  const leave = async (caller: Caller, id: string): Promise<void> => {
    const conversation = await found(caller.vendor, id)
    if (!conversation?.members.includes(caller.client)) return
    refuseDirect(conversation)
    await change(caller, id, { change: 'left', clients: [caller.client] })
  }

  return {
    'conversations/invite': method(InviteMembers, async (caller, { id, clients }): Promise<ConversationInfo> => {
      checkClients('clients', clients)
      await readable(caller, id)
      return toInfo(await change(caller, id, { change: 'joined', clients }))
    }),

    'conversations/leave': method(
      LeaveConversation,
      async (caller, { id, client = caller.client }): Promise<object> => {
        await (client === caller.client ? leave(caller, id) : takeOut(caller, id, client))
        return {}
      },
    ),

    'conversations/close': method(CloseConversation, async (caller, { id }): Promise<ConversationInfo> => {
      checkMayManage(caller, await readable(caller, id), 'close it')
      return toInfo(await change(caller, id, { change: 'closed' }))
    }),
  }
}

const refuseDirect = ({ id }: Conversation): void => {
  if (directMembers(id)) throw conflict('A direct conversation belongs to its two clients: it cannot be changed')
}

const checkMayManage = ({ client, role }: Caller, { createdBy }: Conversation, what: string): void => {
  if (role !== 'vendor' && client !== createdBy)
    throw notAllowed(`Only who made the conversation, or its vendor, may ${what}`)
}

/** @throws RpcFailure */
const tell = (error: unknown): never => {
  if (error instanceof NotAMember) throw notAMember()
  if (error instanceof ClosedConversation) throw conflict('The conversation is closed: nobody can be invited')
  if (error instanceof HandedOver)
    throw conflict(`The conversation is handed over to ${error.bot}: invite it when it has given it back`)
  if (error instanceof TooManyMembers)
    throw badParams(`clients: a conversation has at most ${error.most} members, and this one has ${error.members}`)
  throw error
}
