import { type Clock, idMaker, systemClock } from '@daakia/protocol'
import { noCounts } from '../counters.js'
import { EmbeddedInbox } from '../inbox/embedded.js'
import type { SharedKeyValue } from '../kv/port.js'
import { silentLog } from '../log.js'
import { Archiver } from '../persistence/archive/archiver.js'
import { Archiving } from '../persistence/archive/archiving.js'
import type { ArchiveStore } from '../persistence/archive/port.js'
import { EmbeddedStore } from '../persistence/embedded.js'
import type { KeptConversation } from '../persistence/port.js'
import { JournalTrimmer } from '../persistence/retention/journal-trimmer.js'
import type { MigrationPlace } from './migrate/migrate.js'
import { openFolder } from './open-folder.js'
import type { Tell } from './progress.js'

export interface ArchiveMessagesOptions {
  /** A data folder that no server uses, or a Redis, whose servers go on. */
  place: MigrationPlace
  /** Where the messages go. */
  to: ArchiveStore
  /** Messages that are older are moved. One of the two is needed. */
  afterSeconds?: number
  /** All but so many of the newest messages of a conversation are moved. */
  keepMessages?: number
  /** Only those of this vendor. */
  vendor?: string
  progress?: Tell
  clock?: Clock
}

/** What was moved. */
export interface ArchivedMessages {
  /** How many messages are in the archive that were not. */
  messages: number
  /** Of so many conversations. */
  conversations: number
}

/** Conversations, or ids, that are looked at together. */
const atOnce = 50

/**
 * Moves older messages into an archive. A message is removed from the store when it was read back from the archive. Killed, it has
 * lost nothing and doubled nothing, and the same call goes on.
 *
 * @throws ArchiveError with `away`, `damaged` or `exists` of the archive; StorageError; RedisError
 */
export const archiveMessages = async (options: ArchiveMessagesOptions): Promise<ArchivedMessages> => {
  const { place, clock = systemClock } = options
  const { kv, shared, close } = await open(place, clock)
  try {
    return await moveAll(kv, shared, { ...options, clock })
  } finally {
    await close()
  }
}

const open = async (place: MigrationPlace, clock: Clock) => {
  if ('folder' in place) {
    const kv = await openFolder(place.folder, clock)
    return { kv: kv as SharedKeyValue, shared: false, close: () => kv.close() }
  }
  const { redisToUse } = await import('./migrate/redis.js')
  return { ...(await redisToUse(place.redis, clock)), shared: true }
}

const moveAll = async (
  kv: SharedKeyValue,
  shared: boolean,
  { to, vendor, clock, progress = () => {}, ...terms }: ArchiveMessagesOptions & { clock: Clock },
): Promise<ArchivedMessages> => {
  const store = new EmbeddedStore({ kv, shared })
  const inbox = await EmbeddedInbox.open({ kv })
  const counters = noCounts()
  const journals = new JournalTrimmer({ store, inbox, counters, messages: { forget: () => {} } })
  const archiver = new Archiver({ store, archive: to, makeId: idMaker(clock, Math.random) })
  const archiving = new Archiving({ ...termsOf(terms), ...{ archiver, counters, log: silentLog } })
  let conversations = 0
  const isStopped = () => false
  for await (const conversation of conversationsOf(store, vendor)) {
    const now = clock.now()
    const { vendor: whose, id } = conversation
    if ((await archiving.copy(conversation, now, isStopped)) > 0) conversations++
    await journals.trim(whose, id, { archived: true, now }, isStopped)
    progress({ doing: 'archiving', done: counters.archived })
  }
  // Of messages that an earlier run has moved.
  while ((await store.forgetIds(clock.now(), atOnce)) === atOnce);
  return { messages: counters.archived, conversations }
}

const termsOf = ({ afterSeconds, keepMessages }: Pick<ArchiveMessagesOptions, 'afterSeconds' | 'keepMessages'>) => ({
  ...(afterSeconds !== undefined && { afterSeconds }),
  ...(keepMessages !== undefined && { keepMessages }),
})

async function* conversationsOf(store: EmbeddedStore, vendor: string | undefined): AsyncGenerator<KeptConversation> {
  for (let after = vendor === undefined ? undefined : { vendor, id: '' }; ; ) {
    const page = await store.kept({ ...(after && { after }), configured: false, limit: atOnce })
    for (const conversation of page) {
      if (vendor !== undefined && conversation.vendor !== vendor) return
      yield conversation
    }
    if (page.length < atOnce) return
    after = page.at(-1)
  }
}
