import { type Clock, idMaker, type Random } from '@daakia/protocol'
import type { Activity } from '../../activity.js'
import type { Leases, LeaseTerms } from '../../backend/port.js'
import { botMethods } from '../../backend/rpc/bots.js'
import { createCalls } from '../../backend/rpc/calls.js'
import { configurationMethods } from '../../backend/rpc/configuration.js'
import { conversationMethods } from '../../backend/rpc/conversations.js'
import { deadLetterMethods } from '../../backend/rpc/dead-letters.js'
import { historyMethods } from '../../backend/rpc/history.js'
import { memberMethods } from '../../backend/rpc/members.js'
import type { Methods } from '../../backend/rpc/method.js'
import { parkedMethods } from '../../backend/rpc/parked.js'
import { presenceMethods } from '../../backend/rpc/presence.js'
import { queueMethods } from '../../backend/rpc/queues.js'
import { rosterMethods } from '../../backend/rpc/roster.js'
import { serviceMethods } from '../../backend/rpc/services.js'
import { sessionMethods } from '../../backend/rpc/sessions.js'
import { stateMethods } from '../../backend/rpc/states.js'
import { ServiceDirectory, Services } from '../../backend/services/index.js'
import { type RetryTerms, type TurnHooks, Turns } from '../../backend/turns/index.js'
import type { TurnAtWork } from '../../backend/turns/turn-at-work.js'
import type { Counters } from '../../counters.js'
import type { Inbox } from '../../inbox/port.js'
import { QueueGroups, type Queues, type QueueTerms } from '../../inbox/queue/index.js'
import { InboxReaders, type MessageCache } from '../../inbox/reader/index.js'
import type { ServerLimits } from '../../limits/server-limits.js'
import type { Log } from '../../log.js'
import { logFailure } from '../../not-now.js'
import type { Peers } from '../../peers/port.js'
import type { HandoffEntry, MembershipEntry, Store } from '../../persistence/port.js'
import type { RetentionKeeper } from '../../persistence/retention/keeper.js'
import type { Presence } from '../../state/presence/port.js'
import type { Receipts, Roster } from '../../state/roster/port.js'
import { inTime } from '../access/in-time.js'
import type { Access } from '../access/port.js'
import type { Bus, BusNews, InboxNews } from '../port.js'
import type { SessionDesk } from '../session-desk.js'
import { TopicExchange } from './exchange.js'
import { fromRow } from './from.js'
import { Membership } from './membership.js'
import { messagesRow } from './messages.js'
import { NoticesRow } from './notices.js'
import { PacedSender } from './paced.js'
import type { Exchange } from './port.js'
import { PresenceRow, sharersOf, Watching } from './presence/index.js'
import { QueueRow } from './queue.js'
import { ReceiptsRow } from './receipts.js'
import { Replies } from './replies.js'
import { RosterRow } from './roster.js'
import { RpcRow } from './rpc.js'
import { ServicesRow } from './services.js'
import { ServingRow } from './serving.js'
import { SignalsRow } from './signals.js'
import { createSpeak } from './speak.js'
import { StateRow } from './state.js'
import { toRow } from './to.js'
import { turnsRow } from './turns.js'

export interface ExchangeParts {
  store: Store
  /** What of journals people read. */
  history: Pick<Store, 'conversation' | 'read' | 'seqAt' | 'referring'>
  inbox: Inbox
  queues: Queues
  queueTerms: QueueTerms
  roster: Roster
  receipts: Receipts
  presence: Presence
  messages: Pick<MessageCache, 'add' | 'get' | 'onNewestLine' | 'clear'>
  keeper: Pick<RetentionKeeper, 'configured'>
  peers: Peers
  leases: Leases
  terms: LeaseTerms
  retries: RetryTerms
  bus: Bus
  desk: SessionDesk
  activity: Activity
  hooks: TurnHooks
  access: Access
  limits: ServerLimits
  counters: Counters
  clock: Clock
  random: Random
  log: Log
}

export interface DaakExchange extends Exchange {
  /** What bots have in hand, the oldest turn first. */
  openTurns(): readonly TurnAtWork[]
  /** Bots are given nothing more: what they have in hand they may finish, and what is lost of it does not count as a try. */
  retire(): void
  /** Resolves when it may be asked: it knows what is served on other nodes. */
  met(): Promise<void>
  /** What is stored of these clients and conversations has gone back to an earlier moment, or may have. */
  wentBack(isConcerned: (vendor: string, name: string) => boolean): void
  /** Called when all sessions have ended. */
  close(): Promise<void>
}

/** Composes the exchange of the rows and of what is behind them. */
export const createExchange = (parts: ExchangeParts): DaakExchange => {
  const { store, bus, messages, activity, counters, clock, random, log } = parts
  const failed = (error: unknown) => logFailure(log, {}, error, 'The exchange failed')
  const makeId = idMaker(clock, random)
  const membership = new Membership(store, clock)
  const sender = new PacedSender(activity)
  const services = new Services({
    ...parts,
    sender,
    makeToken: makeId,
    changed: (vendor, service) => servicesRow.changed(vendor, service),
  })
  const directory = new ServiceDirectory(services, () => methods)
  const replies = new Replies(sender, services)
  const readers = new InboxReaders({ ...parts, failed })
  const groups = new QueueGroups({
    ...parts,
    terms: parts.queueTerms,
    makeToken: makeId,
    failed,
    bury: async ({ vendor, client, group }, buried) => {
      if (!(await store.keepQueueLetter(vendor, { ...buried, client, group }))) return
      counters.deadLetters++
      const { conversation, seq } = buried
      log.warn(
        { vendor, client, group, conversation, seq },
        'A queue failed at a message too often: it is a dead letter now',
      )
    },
  })
  const turns = new Turns({ ...parts, sender, failed, stateChanged: (name) => bus.publish({ kind: 'state', ...name }) })
  const speak = createSpeak({ store, membership, clock, makeId })
  const work = (vendor: string, conversation: string, bot: string) =>
    bus.publish({ kind: 'work', vendor, bots: [bot], conversation })
  const changed = (vendor: string, conversation: string, bot: string) => {
    bus.publish({ kind: 'state', vendor, conversation, bot })
    work(vendor, conversation, bot)
  }
  const methods: Methods = {
    ...conversationMethods({ store, clock, makeId }),
    ...memberMethods({ store, clock, makeId }),
    ...configurationMethods(parts),
    ...historyMethods(parts.history),
    ...presenceMethods({ presence: parts.presence, seenBy: (...asked) => sharersOf(parts, ...asked) }),
    ...sessionMethods(parts.desk),
    ...rosterMethods({
      ...parts,
      muted: (vendor, client, conversation) => bus.publish({ kind: 'muted', vendor, client, conversation }),
    }),
    ...turns.methods,
    ...botMethods(turns),
    ...serviceMethods(directory),
    ...deadLetterMethods({ store, queues: groups, work }),
    ...queueMethods({ ...parts, groups }),
    ...parkedMethods({ store, clock, changed }),
    ...stateMethods(store),
  }
  const calls = createCalls(methods, log)
  const servicesRow: ServicesRow = new ServicesRow({ directory, sender })
  const state = new StateRow({
    ...parts,
    membership,
    send: (session, delivery) => sender.send(session, delivery),
    caughtUp: (session) => readers.caughtUp(session),
    failed,
  })
  const watching = new Watching({ ...parts, sender, failed })
  const presence = new PresenceRow({ presence: parts.presence, watching })
  const unheard = parts.presence.onChange((change) => bus.publish({ kind: 'presence', ...change }))
  const signals = new SignalsRow({ membership, bus, clock, makeId, failed })
  const receipts = new ReceiptsRow({ ...parts, membership, sender, failed })
  const roster = new RosterRow({ ...parts, membership, sender, failed })
  const exchange = new TopicExchange(
    {
      to: toRow(speak),
      from: fromRow(readers),
      messages: messagesRow({ readers, membership, speak }),
      signals,
      receipts,
      roster,
      state,
      presence,
      notices: new NoticesRow(),
      turns: turnsRow(turns, (session, serves) => presence.serves(session, serves)),
      rpc: new RpcRow({ ...parts, calls, services, replies }),
      services: servicesRow,
      replies,
    },
    {
      messages: new QueueRow({ ...parts, groups, failed }),
      rpc: new ServingRow({ services, access: inTime(parts.access, parts), isOwn: (name) => calls.serves(name) }),
    },
    { activity, log },
  )
  const membersChanged = (change: MembershipEntry) => {
    const { vendor, conversation, members, joined, left, closed, unseated = [] } = change
    membership.changed(vendor, conversation)
    watching.membersChanged(change)
    turns.unseat(vendor, [...(closed ? members : left), ...unseated], conversation)
    state.joined(vendor, conversation, joined)
    receipts.joined(vendor, conversation, joined, members)
    roster.changed(vendor, [...members, ...left], conversation)
  }
  const handedOver = ({ vendor, conversation, bots, woken, unseated }: HandoffEntry) => {
    for (const bot of bots) state.changed(vendor, conversation, bot).catch(failed)
    turns.unseat(vendor, unseated, conversation)
    turns.news(vendor, woken, conversation)
  }
  const said = ({ vendor, clients, conversation, said }: InboxNews) => {
    const isHeard = readers.has(vendor, clients) || groups.has(vendor, clients)
    if (said?.message && isHeard) messages.add(vendor, conversation, said.message, said.line)
    if (said) readers.tell(vendor, clients, { conversation, ...said })
    else readers.wake(vendor, clients)
    groups.wake(vendor, clients)
    if (!roster.idle) roster.changed(vendor, clients, conversation)
  }
  const received = ({ vendor, conversation, client }: BusNews & { kind: 'receipt' }) => {
    receipts.received(vendor, { conversation, client }).catch(failed)
    roster.changed(vendor, [client], conversation)
  }
  const missed = () => {
    membership.missed()
    readers.wakeAll()
    groups.wakeAll()
    turns.look()
    state.missed()
    receipts.missed()
    roster.missed()
    watching.missed()
  }
  const hear = (news: BusNews) => {
    if (news.kind === 'missed') missed()
    else if (news.kind === 'members') membersChanged(news)
    else if (news.kind === 'inbox') said(news)
    else if (news.kind === 'handoff') handedOver(news)
    else if (news.kind === 'receipt') received(news)
    else if (news.kind === 'muted') roster.changed(news.vendor, [news.client], news.conversation)
    else if (news.kind === 'work') turns.news(news.vendor, news.bots, news.conversation)
    else if (news.kind === 'presence') watching.changed(news)
    else if (news.kind === 'signal') signals.heard(news.signal)
    else if (news.kind === 'state') state.changed(news.vendor, news.conversation, news.bot).catch(failed)
  }
  const stop = bus.subscribe(hear)
  return Object.assign(exchange, {
    openTurns: () => turns.open,
    retire: () => turns.retire(),
    met: () => services.met(),
    wentBack(isConcerned: (vendor: string, name: string) => boolean) {
      messages.clear()
      readers.wentBack(isConcerned)
      groups.wentBack(isConcerned)
      missed()
    },
    async close() {
      stop()
      unheard()
      services.close()
      await Promise.all([turns.close(), groups.close()])
    },
  })
}
