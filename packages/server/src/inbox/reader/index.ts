/** From the inbox to the sessions that are connected. */

export { type DeliveryPlace, toDelivery } from './delivery.js'
export { createMessageCache, type MessageCache, type MessageSource } from './message-cache.js'
export { InboxReaders, placeOf } from './readers.js'
export type { InboxInterest, InboxSubscription } from './subscription.js'
