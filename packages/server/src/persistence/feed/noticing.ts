import { StorageError } from '../../kv/errors.js'
import { under } from '../../kv/keys.js'
import type { Key, Partitions, Reader, SharedKeyValue } from '../../kv/port.js'
import { goOnUnnoticed, lineOf, type Reached, sharedUpTo } from './line.js'
import { type FedEntry, feeds } from './tables.js'

/** A conversation that has gone on in the place of what is lost, or is to, when nobody had noticed. */
export interface GoneOn {
  vendor: string
  conversation: string
  /** How far another partition has it. */
  reached: Reached
  /** Both have all up to here. */
  after: number
}

/** Looks whether a conversation has gone on so, by what this partition has of it. */
export type LookAt = (target: SharedKeyValue, vendor: string, conversation: string) => Promise<GoneOn | undefined>

/** So many feeds are looked through at once. */
const atOnce = 128

/**
 * Has conversations go on, on another line, after what others have of them. Where it is told of one of a partition, it looks for the
 * others, in whose feeds what was said then waits, and writes all of them down together: the partition has gone back once.
 */
export class Noticing {
  readonly #partitions: Partitions
  readonly #found = new Map<SharedKeyValue, Set<GoneOn>>()
  readonly #underWay = new Map<SharedKeyValue, Promise<void>>()

  constructor(partitions: Partitions) {
    this.#partitions = partitions
  }

  /** @throws StorageError where that can't be written down now; Error where it is a partition that never goes back */
  async notice(home: SharedKeyValue, goneOn: GoneOn, lookAt: LookAt): Promise<void> {
    const found = this.#found.get(home) ?? new Set()
    this.#found.set(home, found.add(goneOn))
    try {
      while (await home.read((reader) => standingOf(reader, goneOn).isDue)) {
        if (!home.hasLost)
          throw new Error(`Others have more of ${goneOn.conversation} than a partition that never goes back`)
        const underWay = this.#underWay.get(home) ?? this.#writeDown(home, { goneOn, found, lookAt })
        this.#underWay.set(home, underWay)
        await underWay
      }
    } finally {
      found.delete(goneOn)
    }
  }

  async #writeDown(
    home: SharedKeyValue,
    { goneOn, found, lookAt }: { goneOn: GoneOn; found: ReadonlySet<GoneOn>; lookAt: LookAt },
  ): Promise<void> {
    try {
      const others = await this.#findOthers(home, lookAt)
      const { times } = await home.read((reader) => standingOf(reader, goneOn))
      await home.hasLost?.(times, (tx) => {
        for (const each of [...found, ...others]) if (standingOf(tx, each).isDue) goOnUnnoticed(tx, each)
      })
    } finally {
      this.#underWay.delete(home)
    }
  }

  async #findOthers(home: SharedKeyValue, lookAt: LookAt): Promise<readonly GoneOn[]> {
    const found: GoneOn[] = []
    for (let from: Key = []; ; ) {
      const page = await home.read((reader) => [...reader.range(feeds, { ...under(), from, limit: atOnce })])
      const looks = page.flatMap(({ key: [vendor, conversation], value }) =>
        this.#targetsOf(`${vendor}`, value).map((target) =>
          target === home ? undefined : lookAt(target, `${vendor}`, `${conversation}`).catch(unlessAway),
        ),
      )
      found.push(...(await Promise.all(looks)).filter((each) => each !== undefined))
      const last = page.length === atOnce ? page.at(-1)?.key : undefined
      if (!last) return found
      from = [...last, 0]
    }
  }

  #targetsOf(vendor: string, entries: readonly FedEntry[]): readonly SharedKeyValue[] {
    const clients = entries.flatMap(({ members = [], change }) => [
      ...members,
      ...(change ? [...change.members, ...change.left] : []),
    ])
    return [...new Set(clients.map((client) => this.#partitions.of(vendor, client)))]
  }
}

/** What is away is found when it is back. */
const unlessAway = (error: unknown): undefined => {
  if (!(error instanceof StorageError)) throw error
}

/** Whether nobody has written it down by now, and how often its partition has gone back, as far as is known here or there. */
const standingOf = (reader: Reader, { vendor, conversation, reached, after }: GoneOn) => {
  const line = lineOf(reader, vendor, conversation)
  return { isDue: sharedUpTo(line, reached.line) > after, times: Math.max(line.count, reached.line) }
}
