import { open } from 'lmdb'

/**
 * What LMDB does on this disk with the entries of conversation messages or of turns, and nothing else. Started with a
 * folder; told what to do by a message, it tells how far it is.
 */
export interface Task {
  /** Entries that are flushed together, one flush after the other: of a message one flush, of a turn two. */
  flushes: readonly number[]
  /** So many wait for their flushes at any time. */
  outstanding: number
}

const [folder] = process.argv.slice(2)
if (!folder || !process.send) throw new Error('usage: lmdb.js FOLDER, started with an IPC channel')

const db = open<Uint8Array, (string | number)[]>({
  path: folder,
  encoding: 'binary',
  mapSize: 2 ** 36,
  noSubdir: false,
  overlappingSync: false,
  eventTurnBatching: false,
})
const entryBytes = 90
const conversationCount = 100
const tellMs = 50
let done = 0
let sequence = 0
let waiting: { entries: number; resolve: () => void }[] = []

const flushed = (entries: number): Promise<void> =>
  new Promise((resolve) => {
    waiting.push({ entries, resolve })
  })

/** Every second entry goes to the end of a table that all share, the others each to the end of one of many. */
const put = (): void => {
  const number = ++sequence
  const table = number % 2 === 0 ? ['ids'] : ['journal', `conversation-${number % conversationCount}`]
  db.put([...table, number], new Uint8Array(entryBytes))
}

const flushAll = async (): Promise<never> => {
  for (;;) {
    await new Promise((resolve) => setImmediate(resolve))
    const group = waiting
    waiting = []
    if (group.length === 0) continue
    await db.batch(() => {
      for (const { entries } of group) for (let n = 0; n < entries; n++) put()
    })
    for (const { resolve } of group) resolve()
  }
}

const work = async ({ flushes }: Task): Promise<never> => {
  for (;;) {
    for (const entries of flushes) await flushed(entries)
    done++
  }
}

process.on('message', (task: Task) => {
  for (let n = 0; n < task.outstanding; n++) void work(task)
  void flushAll()
  setInterval(() => process.send?.({ done }), tellMs)
})
process.once('SIGTERM', () => process.exit(0))
process.send({ port: 0 })
