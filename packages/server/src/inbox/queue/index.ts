/** Shares a client's inbox among its connections. */

export type { Buried, QueueTerms } from './parts.js'
export type { QueueName, Queues } from './port.js'
export { QueueGroups } from './queue-groups.js'
