import type { MembershipEntry } from '../port.js'

/** What has come to clients later than the one who said it was answered. */
export interface ToldLate {
  vendor: string
  conversation: string
  /** Those whose inboxes have something new. */
  clients: readonly string[]
  changes: readonly MembershipEntry[]
}
