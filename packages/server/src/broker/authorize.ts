import type { Identity } from '../identity.js'

export type Action = 'publish' | 'subscribe'

/**
 * Whether a client may publish to a topic or subscribe to a filter of plain MQTT (of a shared subscription, the
 * filter in it). What is under `daak/` is not asked here: membership decides there.
 */
export type Authorize = (identity: Identity, action: Action, topicOrFilter: string) => boolean | Promise<boolean>

/** Without rules, plain topics are nobody's. */
export const denyPlainTopics: Authorize = () => false

/** Everything is allowed: for development on one machine. */
export const allowAll: Authorize = () => true
