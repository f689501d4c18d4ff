/** A message was for a conversation that does not exist. */
export class UnknownConversation extends Error {
  override readonly name = 'UnknownConversation'

  constructor(readonly conversation: string) {
    super(`There is no conversation "${conversation}"`)
  }
}
