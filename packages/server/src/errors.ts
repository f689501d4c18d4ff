/** What a server throws. Refusals of clients are told to the clients, in the terms of MQTT and JSON-RPC. */
export { StorageError, type StorageFault } from './kv/errors.js'
export { UnknownConversation } from './persistence/errors.js'

/** The options of `createServer` do not make a server. The message is one line that says what to change. */
export class OptionsError extends Error {
  override readonly name = 'OptionsError'

  constructor(
    /** The option in question, such as `listen.mqttPort`. */
    readonly option: string,
    message: string,
  ) {
    super(message)
  }
}
