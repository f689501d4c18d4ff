import type { Alarm } from '@daakia/protocol'
import type { SessionName } from '../identity.js'
import type { SessionRecord } from '../state/sessions/port.js'
import { whoIsConnected } from './hand-over-queue.js'
import type { Lifetimes } from './lifetimes.js'
import { insteadAfterMs } from './parted-sessions.js'
import type { Services } from './services.js'
import { hasShares, type Session, willDelayOf } from './session/session.js'

export interface OrphansParts {
  lifetimes: Lifetimes
  /** Whether this node is the first to see to what another one has left. */
  isFirst(node: string): boolean
  /** No connection has begun with another one of its name meanwhile. */
  isKnown(session: Session): boolean
  /** What is stored takes the place of what was known here. */
  renew(record: SessionRecord): Session
  /** The session is not as this node has known it. */
  learn(name: SessionName): Promise<void>
}

/** So many sessions are parted from a dead node at a time. */
const together = 100

/** Sessions that are stored as connected to a node that has died: they are parted from it. */
export class Orphans {
  readonly #alarms = new Set<Alarm>()

  constructor(private readonly parts: OrphansParts) {}

  get #services(): Services {
    return this.parts.lifetimes.services
  }

  stop(): void {
    for (const alarm of this.#alarms) alarm.cancel()
  }

  /** Parts those of them whose nodes are dead. */
  async partThose(connected: readonly SessionRecord[]): Promise<void> {
    const dead: string[] = []
    for (const node of new Set(connected.map(({ node }) => node ?? ''))) if (await this.#isDead(node)) dead.push(node)
    await this.#partAll(connected.filter(({ node }) => dead.includes(node ?? '')))
  }

  /** A node is gone: one of the others parts its sessions, and where that does not happen, all of them do. */
  lost(node: string): void {
    if (!this.#services.shared) return
    if (this.parts.isFirst(node)) void this.#partAllOf(node)
    else this.#after(insteadAfterMs, () => void this.#partAllOf(node))
  }

  #after(delayMs: number, run: () => void): void {
    const alarm = this.#services.clock.after(delayMs, () => {
      this.#alarms.delete(alarm)
      run()
    })
    this.#alarms.add(alarm)
  }

  async #partAllOf(node: string): Promise<void> {
    const { sessions, log } = this.#services
    try {
      if (!(await this.#isDead(node))) return
      const records = await sessions.all()
      await this.#partAll(records.filter((each) => each.node === node && each.disconnectedAt === undefined))
    } catch (error) {
      log.error({ node, error: String(error) }, 'Sessions of a node that is gone could not be parted from it')
      this.#after(insteadAfterMs, () => void this.#partAllOf(node))
    }
  }

  async #isDead(node: string): Promise<boolean> {
    const { peers } = this.#services
    return node !== peers.node && !(await peers.isAlive(node))
  }

  async #partAll(records: readonly SessionRecord[]): Promise<void> {
    const { lifetimes, renew } = this.parts
    const left = records.filter(({ name }) => !lifetimes.isHere(name))
    // All are in place before anything becomes of one: its will may be for another.
    const sessions = left.map((record) => renew(record))
    for (let next = 0; next < left.length; next += together)
      await Promise.all(
        left.slice(next, next + together).map((record, i) => this.#part(record, sessions[next + i] as Session)),
      )
  }

  async #part(record: SessionRecord, session: Session): Promise<void> {
    const { lifetimes, isKnown, learn } = this.parts
    const { sessions, clock, elsewhere } = this.#services
    const since = clock.now()
    const waiting = session.will && { will: session.will, due: since + willDelayOf(session) }
    const isStill = (stored: SessionRecord) => stored.disconnectedAt === undefined && stored.node === record.node
    if (!(await sessions.save(session.parted(since, waiting), isStill))) return learn(record.name)
    if (hasShares(session)) await lifetimes.handOver(session, whoIsConnected)
    if (!isKnown(session)) return
    elsewhere.parted(session, since, waiting?.due)
    lifetimes.parted.keep({ session, since, waiting, unsaved: false })
  }
}
