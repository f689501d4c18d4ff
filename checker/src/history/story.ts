import type { Changing, Hearing, HistoryEvent, JournalLine, Membership, Sending, Way } from './event.js'
import { Losses } from './losses.js'
import { Nodes } from './nodes.js'

/** An operation from its invocation to what became of it. */
export interface Sent extends Sending {
  who: string
  n: number
  ms: number
  /** When its end was known; undefined where it never was. */
  end?: { n: number; ms: number; type: 'ok' | 'fail' | 'info'; seq?: number; copies?: number }
}

export interface ReadDone {
  who: string
  conversation: string
  after?: number
  limit: number
  invoked: number
  n: number
  head: number
  messages: readonly JournalLine[]
}

export interface Changed extends Changing {
  who: string
  n: number
  ms: number
  end?: { n: number; ms: number; type: 'ok' | 'fail' | 'info'; found?: Membership }
}

/** A line of a journal, with the event that tells of it. */
export type Line = JournalLine & { n: number }

/** What a device heard, in order. */
export interface Listener {
  name: string
  client: string
  way: Way
  /** Where its inbox began for it, as far as it was told. */
  start?: number
  heard: Heard[]
}

export type Heard = Hearing & { n: number; ms: number }

/** A place on an inbox, of the epoch in which it was read. */
export interface Entry {
  n: number
  epoch?: string
  offset: number
  conversation: string
  seq: number
}

/** A conversation, and who is in it. */
export interface Room {
  members: readonly string[]
  bots: readonly string[]
  open?: boolean
}

/** A history, sorted by what the checks ask of it. */
export interface Story {
  events: readonly HistoryEvent[]
  rooms: ReadonlyMap<string, Room>
  sent: readonly Sent[]
  reads: readonly ReadDone[]
  changes: readonly Changed[]
  /** By conversation: who the server says is in it, in the end. */
  members: ReadonlyMap<string, Membership & { n: number }>
  listeners: readonly Listener[]
  /** By conversation, as they were read in the end. */
  journals: ReadonlyMap<string, readonly Line[]>
  /** By client, as they were read in the end. */
  inboxes: ReadonlyMap<string, readonly Entry[]>
  /** Whether the history has an end: without, what is missing may only not have been looked for. */
  whole: boolean
  clockWasSet: boolean
  /** What Redis may have lost of what was acknowledged. */
  losses: Losses
  nodes: Nodes
}

export const tell = (events: readonly HistoryEvent[]): Story => {
  const rooms = new Map<string, Room>()
  const sent = new Map<number, Sent>()
  const changes = new Map<number, Changed>()
  const members = new Map<string, Membership & { n: number }>()
  const reading = new Map<number, ReadDone>()
  const reads: ReadDone[] = []
  const listeners = new Map<string, Listener>()
  const journals = new Map<string, Line[]>()
  const inboxes = new Map<string, Entry[]>()
  let whole = false
  let clockWasSet = false
  for (const event of events) {
    if (event.what === 'room') rooms.set(event.conversation, event)
    else if (event.what === 'send') noteSend(sent, event)
    else if (event.what === 'change') noteChange(changes, event)
    else if (event.what === 'members') members.set(event.conversation, event)
    else if (event.what === 'read') noteRead(reading, reads, event)
    else if (event.what === 'subscribed') {
      const { who: name, client, way, pos } = event
      listeners.set(name, { name, client, way, heard: [], ...(pos && { start: offsetOf(pos) }) })
    } else if (event.what === 'hear') listeners.get(event.who)?.heard.push(event)
    else if (event.what === 'journal') entry(journals, event.conversation).push(event)
    else if (event.what === 'inbox') entry(inboxes, event.client).push(event)
    else if (event.what === 'phase') whole ||= event.phase === 'end'
    else if (event.what === 'fault') clockWasSet ||= event.fault.kind === 'clock'
  }
  const sorted = {
    rooms,
    sent: [...sent.values()],
    changes: [...changes.values()],
    members,
    reads,
    listeners: [...listeners.values()],
  }
  const nodes = new Nodes(events)
  return { events, ...sorted, journals, inboxes, whole, clockWasSet, losses: new Losses(events, nodes), nodes }
}

const entry = <T>(lists: Map<string, T[]>, key: string): T[] => {
  const list = lists.get(key) ?? []
  lists.set(key, list)
  return list
}

const noteSend = (sent: Map<number, Sent>, event: HistoryEvent & { what: 'send' }): void => {
  if (event.type === 'invoke') sent.set(event.op, event)
  else {
    const begun = sent.get(event.op)
    if (begun) begun.end = event
  }
}

const noteChange = (changes: Map<number, Changed>, event: HistoryEvent & { what: 'change' }): void => {
  if (event.type === 'invoke') changes.set(event.op, event)
  else {
    const begun = changes.get(event.op)
    if (begun) begun.end = event
  }
}

const noteRead = (reading: Map<number, ReadDone>, reads: ReadDone[], event: HistoryEvent & { what: 'read' }): void => {
  if (event.type === 'invoke') {
    const { who, n, conversation, after, limit } = event
    const range = { conversation, limit, ...(after !== undefined && { after }) }
    reading.set(event.op, { who, invoked: n, n, head: 0, messages: [], ...range })
  } else if (event.type === 'ok') {
    const begun = reading.get(event.op)
    if (begun) reads.push({ ...begun, n: event.n, head: event.head, messages: event.messages })
  }
}

/** The epoch of a position `<epoch>:<offset>`. */
export const epochOf = (pos: string): string | undefined => pos.split(':')[0]

/** The offset of a position `<epoch>:<offset>`. */
export const offsetOf = (pos: string): number => Number(pos.split(':')[1])
