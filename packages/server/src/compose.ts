import { idMaker } from '@daakia/protocol'
import { type Activity, createActivity } from './activity.js'
import type { TurnAtWork } from './backend/turns/turn-at-work.js'
import { EmbeddedRetained } from './broker/embedded-retained.js'
import { createExchange, type DaakExchange } from './broker/exchange/index.js'
import { type Broker, type Bus, createBroker, ReplaceableAccess, type SessionDesk } from './broker/index.js'
import { AuthenticationChain, type ConnectionManager, createConnectionManager } from './connection-manager/index.js'
import { type Counters, noCounts } from './counters.js'
import { Departure } from './draining/departure.js'
import type { Foundation } from './foundation/foundation.js'
import { EmbeddedInbox } from './inbox/embedded.js'
import { EmbeddedQueues } from './inbox/queue/embedded.js'
import { createMessageCache } from './inbox/reader/index.js'
import { firstPartition, type SharedKeyValue } from './kv/port.js'
import { EmbeddedAccounts } from './limits/embedded.js'
import type { Accounts } from './limits/port.js'
import { SystemTopics, withSystemTopics } from './monitoring/system-topics.js'
import { logFailure } from './not-now.js'
import type { ServerSettings } from './options.js'
import { ArchivedHistory } from './persistence/archive/archived-history.js'
import { Archiver } from './persistence/archive/archiver.js'
import { Archiving, usualPatienceMs } from './persistence/archive/archiving.js'
import { SegmentCache } from './persistence/archive/segment-cache.js'
import { EmbeddedStore } from './persistence/embedded.js'
import { Feed } from './persistence/feed/feed.js'
import { type Found, Reconciler } from './persistence/feed/reconciler.js'
import type { Restored } from './persistence/feed/restore.js'
import { Stragglers } from './persistence/feed/stragglers.js'
import type { ToldLate } from './persistence/feed/told-late.js'
import type { FeedEntry, HandoffEntry, MembershipEntry, ParkedStates } from './persistence/port.js'
import { RetentionKeeper } from './persistence/retention/keeper.js'
import { EmbeddedRoster } from './state/roster/embedded.js'
import { EmbeddedSessions } from './state/sessions/embedded.js'
import { patientSessions } from './state/sessions/patient.js'

/** The six components at work. */
export interface House {
  authentication: AuthenticationChain
  access: ReplaceableAccess
  accounts: Accounts
  counters: Counters
  /** For the metrics. */
  parked: Pick<ParkedStates, 'parkedCounts'>
  manager: ConnectionManager
  activity: Activity
  /** What bots have in hand, the oldest turn first. */
  openTurns(): readonly TurnAtWork[]
  keeper: RetentionKeeper
  departure: Departure
  /** Sends everybody home. */
  close(): Promise<void>
}

/**
 * Composes the components on what they stand on. Here, and where that is laid, are the only places where implementations are
 * named.
 */
export const compose = async (foundation: Foundation, settings: ServerSettings): Promise<House> => {
  const { kv, sharing, back, onBack, bus, peers, connections, leases, presence } = foundation
  const { leases: terms, clock, random, log } = settings
  const authentication = new AuthenticationChain(settings.authentication, settings)
  await authentication.start()
  const activity = createActivity()
  const counters = noCounts()
  const inbox = await EmbeddedInbox.open({ kv, random })
  const roster: EmbeddedRoster = new EmbeddedRoster(kv, { tally: (vendor, readings) => store.tally(vendor, readings) })
  const committed = (entries: readonly FeedEntry[]) => {
    for (const entry of entries) tell(bus, entry)
    keeper.appended(entries)
  }
  const gaveUp = (seat: { vendor: string; conversation: string; bot: string }) => {
    counters.deadLetters++
    log.warn({ ...seat }, 'A turn failed too often: what it was about was set aside as a dead letter')
    bus.publish({ kind: 'state', ...seat })
  }
  const leftUntold = (seat: { vendor: string; conversation: string; bot: string }) => {
    bus.publish({ kind: 'state', ...seat })
  }
  const membersChanged = (entries: readonly MembershipEntry[]) => {
    for (const entry of entries) bus.publish({ kind: 'members', ...entry })
  }
  const handedOver = (entry: HandoffEntry) => bus.publish({ kind: 'handoff', ...entry })
  const toldLate = ({ vendor, conversation, clients, changes }: ToldLate) => {
    log.warn({ vendor, conversation }, 'What was said came late to inboxes: its node had died, or Redis was away')
    membersChanged(changes)
    bus.publish({ kind: 'inbox', vendor, clients, conversation })
  }
  const projections = { inbox, membershipProjections: [roster] }
  const { partitions } = kv
  const restored = (each: Restored) => bus.publish({ kind: 'inbox', ...each })
  const feed = partitions && new Feed({ ...projections, partitions, clock, restored })
  const failed = (error: unknown) => logFailure(log, {}, error, 'What was said could not be brought to inboxes')
  const stragglers = feed && new Stragglers({ partitions, feed, peers, clock, toldLate, failed })
  const reconciled = (partition: number, found: Found) =>
    log.warn({ partition, ...found }, 'Partitions were put right, as Redis had less than it had')
  const reconciler =
    feed && kv.setbacks && new Reconciler({ partitions, feed, peers, clock, onBack, reconciled, failed })
  const store: EmbeddedStore = new EmbeddedStore({
    ...{ kv, clock, ...sharing, ...(feed ? { feed } : projections) },
    ...{ committed, membersChanged, handedOver, gaveUp, leftUntold },
  })
  const messages = createMessageCache(store)
  const history = new ArchivedHistory(store, new SegmentCache(settings.archive?.store))
  const archiving = archivingOf(settings, store, counters)
  const keeper = new RetentionKeeper({
    ...settings,
    ...{ store, inbox, messages, activity, counters, archiving },
  })
  const access = new ReplaceableAccess(settings.access)
  const desk: SessionDesk = {
    list: (...asked) => broker.desk.list(...asked),
    end: (...asked) => broker.desk.end(...asked),
  }
  const exchange: DaakExchange = createExchange({
    ...settings,
    access,
    store,
    history,
    inbox,
    roster,
    receipts: roster,
    presence,
    messages,
    keeper,
    peers,
    leases,
    terms,
    bus,
    activity,
    desk,
    queues: new EmbeddedQueues(kv),
    queueTerms: settings.queues,
    counters,
  })
  const isIn = (partition: number) => (vendor: string, name: string) =>
    !partitions || partitions.of(vendor, name) === partitions.all[partition]
  const stopHearing = kv.setbacks?.listen({
    wentBack(partition) {
      const all = partitions?.all
      if (all) feed?.wentBack(all[partition] as SharedKeyValue)
      reconciler?.wentBack()
      exchange.wentBack(isIn(partition))
    },
    writtenDown(partition, commits) {
      counters.setbacks++
      counters.lostCommits += commits
      log.error({ partition, commits }, 'Redis has less than it had')
      // Those who were told of what is lost, and have not read it, look at what there is.
      bus.publish({ kind: 'missed' })
    },
    wasOlder(partition) {
      log.error(
        { partition },
        'A part of Redis is older than others know it to be: what it has lost is taken from them. Next time bring all its masters back to the same moment',
      )
    },
  })
  // Before anything is said there: it would get the numbers of what is lost.
  await reconciler?.met()
  const accounts = new EmbeddedAccounts(settings)
  const { shared = false } = sharing
  const stored = await EmbeddedSessions.open({ kv, accounts, shared })
  const closing = new AbortController()
  const sessions = back ? patientSessions(stored, { back, closing: closing.signal, setbacks: kv.setbacks }) : stored
  const system = new SystemTopics({
    ...{ accounts, clock, intervalSeconds: settings.sysIntervalSeconds },
    publish: (message) => broker.tell(message),
  })
  const retained = withSystemTopics(await EmbeddedRetained.open({ kv: firstPartition(kv), accounts, shared }), system)
  const broker: Broker = createBroker({
    ...settings,
    ...{ sessions, retained, exchange, access, accounts, counters, peers, shared },
    makeId: idMaker(clock, random),
  })
  const stopDoubting = kv.setbacks?.listen({ wentBack: (partition) => broker.wentBack(isIn(partition)) })
  const manager = createConnectionManager({
    ...settings,
    authentication,
    accounts,
    counters,
    connections,
    host: broker,
  })
  const departure = new Departure({
    ...{ manager, peers, clock, log, terms: settings.drain },
    retire: () => exchange.retire(),
  })
  await exchange.met()
  await broker.start()
  system.start()
  await keeper.start()
  return {
    authentication,
    access,
    accounts,
    counters,
    parked: store,
    manager,
    activity,
    openTurns: exchange.openTurns,
    keeper,
    departure,
    async close() {
      closing.abort()
      stopHearing?.()
      stopDoubting?.()
      departure.cutShort()
      broker.leave()
      system.stop()
      await manager.close()
      authentication.close()
      await broker.close()
      await exchange.close()
      await keeper.close()
      await stragglers?.close()
      await reconciler?.close()
      await feed?.close()
      await activity.idle()
    },
  }
}

/** What keeps the archive up to date; nothing where there is none. */
const archivingOf = (
  { archive, clock, random, log }: ServerSettings,
  store: EmbeddedStore,
  counters: Counters,
): Archiving | undefined => {
  if (!archive) return undefined
  const archiver = new Archiver({ store, archive: archive.store, makeId: idMaker(clock, random) })
  return new Archiving({ ...archive, ...{ archiver, counters, log, patienceMs: usualPatienceMs } })
}

/** What was said is news for the inboxes of the members, and work for those of them who are bots. */
const tell = (
  bus: Bus,
  { vendor, conversation, members, hearers = members, message, places, line }: FeedEntry,
): void => {
  const said = places && { seq: message.seq, places, message, ...(line !== undefined && { line }) }
  bus.publish({ kind: 'inbox', vendor, clients: members, conversation, ...(said && { said }) })
  const bots = hearers.filter((client) => client !== message.from)
  bus.publish({ kind: 'work', vendor, bots, conversation })
}
