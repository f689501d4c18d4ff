import type { Fault } from '../faults/fault.js'

/** A message as a journal holds it; the payload of every message of the checker is a text. */
export interface JournalLine {
  seq: number
  from: string
  id: string
  at: number
  text: string
  /** How it reads for a device of MQTT 3.1.1, where that is something else. */
  plain?: string
  /** Its type, where it is no text. */
  kind?: string
}

/** Who is in a conversation, as of a `seq`. */
export interface Membership {
  members: readonly string[]
  head: number
}

/**
 * What happened, as in Jepsen's histories: an operation is invoked, and is then `ok`, or `fail` (it certainly did not
 * happen), or `info` (nobody knows). What was observed is `ok` alone.
 */
export type Happening =
  | Sending
  | { what: 'send'; type: 'ok'; op: number; seq?: number; copies: number }
  | { what: 'send'; type: 'fail' | 'info'; op: number; reason: string }
  | { what: 'room'; type: 'ok'; conversation: string; members: readonly string[]; bots: readonly string[]; open?: true }
  | { what: 'subscribed'; type: 'ok'; client: string; way: Way; pos?: string }
  /** Whatever its line is taken for from now on goes to this node. */
  | { what: 'leads'; type: 'info'; node: string }
  | { what: 'connected'; type: 'ok'; connection: number; sessionPresent: boolean }
  | { what: 'session-lost'; type: 'info' }
  | Hearing
  | { what: 'read'; type: 'invoke'; op: number; client: string; conversation: string; after?: number; limit: number }
  | { what: 'read'; type: 'ok'; op: number; head: number; messages: readonly JournalLine[] }
  | { what: 'read'; type: 'fail' | 'info'; op: number; reason: string }
  | Changing
  | {
      what: 'receipt'
      type: 'invoke'
      op: number
      client: string
      conversation: string
      delivered?: number
      read?: number
    }
  | { what: 'receipt'; type: 'ok' | 'fail' | 'info'; op: number }
  | { what: 'told-receipt'; type: 'ok'; about: string; conversation: string; delivered: number; read: number }
  | ({ what: 'roster'; type: 'ok'; client: string } & Standing)
  | { what: 'told'; type: 'ok'; about: string; status: PresenceStatus }
  | { what: 'presence'; type: 'ok'; client: string; told: PresenceStatus | undefined; is: PresenceStatus }
  | { what: 'change'; type: 'ok'; op: number; found?: Membership }
  | { what: 'change'; type: 'fail' | 'info'; op: number; reason: string }
  | { what: 'fault'; type: 'info'; fault: Fault; phase: 'begins' | 'ends' }
  | Shards
  | { what: 'redis'; type: 'info'; is: RedisState }
  | { what: 'setback'; type: 'info'; partition: number; commits: number }
  | { what: 'phase'; type: 'info'; phase: Phase }
  | { what: 'left-over'; type: 'info'; items: readonly string[] }
  | ({ what: 'journal'; type: 'ok'; conversation: string } & JournalLine)
  | ({ what: 'members'; type: 'ok'; conversation: string } & Membership)
  | { what: 'inbox'; type: 'ok'; client: string; epoch?: string; offset: number; conversation: string; seq: number }
  | { what: 'died'; type: 'info'; reason: string }

/** Somebody begins to say something. */
export interface Sending {
  what: 'send'
  type: 'invoke'
  op: number
  client: string
  conversation: string
  text: string
  /** Absent where MQTT 3.1.1 can't give one. */
  id?: string
  /** Of a session in which a message that is sent again is known again, or that gives ids. */
  once: boolean
  /** The message of this operation is said again. */
  repeats?: number
  /** It comes after what the same connection said before in the conversation. */
  ordered: boolean
}

/** Somebody invites a client into a conversation, or takes it out, which may be itself. */
export interface Changing {
  what: 'change'
  type: 'invoke'
  op: number
  client: string
  conversation: string
  change: 'joined' | 'left'
  about: string
}

/** A device was given a message of a conversation. MQTT 3.1.1 tells the text alone. */
export interface Hearing {
  what: 'hear'
  type: 'ok'
  client: string
  conversation: string
  text: string
  seq?: number
  id?: string
  from?: string
  pos?: string
  dup?: boolean
  resync?: boolean
  /** The how many-th of the device's connections. */
  connection: number
}

/** How far a client is in a conversation, as its roster has it. */
export interface Standing {
  conversation: string
  head: number
  delivered: number
  read: number
  unread: number
}

/** Where a Cluster keeps what is stored. Where nobody waits for its replicas it may lose what it has acknowledged. */
export interface Shards {
  what: 'shards'
  type: 'info'
  /** Names of a master and of who may take its place. */
  shards: readonly (readonly string[])[]
  /** The shard of each partition. */
  partitions: readonly number[]
  /** To whom all clients and conversations belong. */
  vendor: string
  /** How many replicas have to have what is written before it is acknowledged; absent: none. */
  replicas?: number
}

/**
 * What has become of a Redis. `behind`: nothing that it writes from now on comes to its replica. `asked`: to take the place of its
 * master when it has all that this has. `master`: it was elected. `replica`: it has learned that another one was.
 */
export type RedisState = 'started' | 'dead' | 'stopped' | 'continued' | 'behind' | 'asked' | 'master' | 'replica'

export type PresenceStatus = 'online' | 'away' | 'offline'

/** How a device hears its inbox: by a session that the server keeps, from a position of its own, or by the client SDK. */
export type Way = 'session' | 'since' | 'sdk'

export type Phase = 'faults' | 'healed' | 'quiet' | 'restarted' | 'read' | 'end'

export type HistoryEvent = Happening & {
  /** Its place in the history, from 0. */
  n: number
  /** Milliseconds since the run began. */
  ms: number
  /** The device, or what else it is that did it. */
  who: string
}

/** The first line of a history. */
export interface Header {
  format: 'daakia-checker-history'
  version: 1
  /** The command that plays the same plan again. */
  command: string
  areas: readonly string[]
  /** Of the plan: two runs with the same one had the same operations and faults. */
  plan: string
}
