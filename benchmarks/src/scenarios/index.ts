import { connectionRate, tlsConnectionRate } from './connection-rate.js'
import { conversations } from './conversations.js'
import { fanIn } from './fan-in.js'
import { idle } from './idle.js'
import { latency } from './latency.js'
import { oneToMany } from './one-to-many.js'
import { payload1k, payload16k, payload64k } from './payloads.js'
import type { Scenario } from './port.js'
import { qos0Pairs } from './qos0-pairs.js'
import { qos1Pairs } from './qos1-pairs.js'
import { conversationsLimit, turnsLimit } from './storage-limits.js'
import { subscriptions } from './subscriptions.js'
import { tlsPairs } from './tls-pairs.js'
import { turnLatency } from './turn-latency.js'
import { turns } from './turns.js'

/** In the order of their rows. */
export const scenarios: readonly Scenario[] = [
  qos0Pairs,
  oneToMany,
  fanIn,
  qos1Pairs,
  latency,
  payload1k,
  payload16k,
  payload64k,
  subscriptions,
  connectionRate,
  tlsPairs,
  tlsConnectionRate,
  idle,
  conversations,
  conversationsLimit,
  turns,
  turnsLimit,
  turnLatency,
]
export type { Reading, Scenario } from './port.js'
