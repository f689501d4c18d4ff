import type { Clock, Random } from '@daakia/protocol'
import type { Activity } from '../../activity.js'
import type { RetryTerms } from '../../backend/turns/index.js'
import type { FailedTry } from '../../persistence/port.js'
import type { Inbox } from '../port.js'
import type { MessageCache } from '../reader/index.js'
import type { QueueName, Queues } from './port.js'

export interface QueueTerms {
  /** As long a connection may be at a message; then another gets it. */
  leaseMs: number
  /** So often a message is tried; then it is set aside as a dead letter. */
  tries: number
}

/** A message that failed too often. */
export interface Buried {
  conversation: string
  seq: number
  /** On which it was said; absent where that is not known. */
  line?: number
  at: number
  tries: readonly FailedTry[]
}

export interface QueueGroupParts {
  inbox: Pick<Inbox, 'read'>
  queues: Pick<Queues, 'settle'>
  messages: Pick<MessageCache, 'get' | 'onNewestLine'>
  clock: Clock
  random: Random
  activity: Activity
  terms: QueueTerms
  retries: RetryTerms
  /** Keeps it as a dead letter; may be repeated. */
  bury(name: QueueName, buried: Buried): Promise<void>
  failed(error: unknown): void
}

/** What a group is at work with. */
export interface QueueWork {
  /** Of its inbox. */
  epoch: number
  /** Up to where on its inbox nobody knows what was sent. */
  doubtful: number
  /** Of the owner that this node is. */
  token: string
  /** Another node works on it now: it has stopped. */
  disowned(): void
}
