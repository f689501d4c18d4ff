/** Shares a client's inbox among its connections. */
export type { QueueName, Queues } from './port.js'
export type { Buried, QueueTerms } from './queue-group.js'
export { QueueGroups } from './queue-groups.js'
