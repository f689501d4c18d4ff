import type { QueueName } from './port.js'

/** Tells a group from all others. */
export const keyOf = ({ vendor, client, group }: QueueName): string => `${vendor}/${client}/${group}`
