/** A message or a new member was for a conversation that takes no more. */
export class ClosedConversation extends Error {
  override readonly name = 'ClosedConversation'

  constructor(readonly conversation: string) {
    super(`The conversation "${conversation}" is closed`)
  }
}

/** A bot that has the conversation by a hand-over was to become a member. */
export class HandedOver extends Error {
  override readonly name = 'HandedOver'

  constructor(readonly bot: string) {
    super(`The conversation is handed over to "${bot}"`)
  }
}

/** Somebody acted in a conversation that has other members. */
export class NotAMember extends Error {
  override readonly name = 'NotAMember'

  constructor(readonly client: string) {
    super(`"${client}" is not a member of the conversation`)
  }
}

/** A message was to come after one of the same sender that is not in the journal. */
export class NotThere extends Error {
  override readonly name = 'NotThere'

  constructor(readonly id: string) {
    super(`The message "${id}", after which it was to come, is not there`)
  }
}

/** So many would not go into a conversation. */
export class TooManyMembers extends Error {
  override readonly name = 'TooManyMembers'

  constructor(
    readonly members: number,
    readonly most: number,
  ) {
    super(`A conversation has at most ${most} members, and this one has ${members}`)
  }
}

/** A message was for a conversation that does not exist. */
export class UnknownConversation extends Error {
  override readonly name = 'UnknownConversation'

  constructor(readonly conversation: string) {
    super(`There is no conversation "${conversation}"`)
  }
}
