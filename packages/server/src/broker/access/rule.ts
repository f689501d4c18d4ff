import type { QoS } from '@daakia/protocol/mqtt'
import type { Action } from './port.js'

/** What a rule is about; `all` is publishing and subscribing. */
export type What = Action | 'all'

/** Allows or denies something with plain topics. The first rule of a list that is about a request decides. */
export type Rule = ({ allow: What } | { deny: What }) & {
  /**
   * A topic filter; of a rule about serving, `daak/rpc/{service}/+`. The levels `{vendor}`, `{client}` and `{connection}` stand for who asks; for a vendor identity, which
   * acts for all its clients, `{client}` and `{connection}` stand for any of theirs.
   */
  topic: string
  /** The highest QoS that is allowed; on a rule that denies, the lowest that is denied. Any where it is absent. */
  qos?: QoS
  /** Publishing: whether the rule is about retained messages only (true) or about others only (false). */
  retain?: boolean
  /** Clients that the rule is about; all where it is absent. */
  clients?: readonly string[]
  /** Vendors that the rule is about; all where it is absent. */
  vendors?: readonly string[]
  /** `vendor`: the rule is about those who act for their vendor. */
  role?: 'vendor'
}
