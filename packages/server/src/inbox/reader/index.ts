/** From the inbox to the sessions that are connected. */
export { createMessageCache, type MessageCache, type MessageSource } from './message-cache.js'
export { InboxReaders } from './readers.js'
export type { InboxInterest, InboxSubscription } from './subscription.js'
