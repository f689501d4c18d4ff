import type { SessionInfo } from '@daakia/protocol'
import { ReasonCode } from '@daakia/protocol/mqtt'
import type { Remote } from '../connection-manager/byte-stream.js'
import type { SessionName } from '../identity.js'
import type { Lifetimes } from './lifetimes.js'
import type { Outlet, Session } from './session/session.js'

/** Names a session within its vendor. */
export type SessionPlace = Pick<SessionName, 'client' | 'connection'>

/** What clients and operators see of sessions, and what they do to them. */
export interface SessionDesk {
  /** Those of a client, or of all clients of the vendor, by client and connection, after this one, at most `limit`. */
  list(of: { vendor: string; client?: string }, after: SessionPlace | undefined, limit: number): readonly SessionInfo[]
  /**
   * Closes the connections of a client, or the one of this name, with 0x98, and removes the sessions with `forget`.
   * Resolves when nothing goes on under their names any more, with how many they were. `but` is left out.
   */
  end(
    of: { vendor: string; client: string; connection?: string },
    how: { by: string; forget: boolean; but?: string },
  ): Promise<number>
}

export const createSessionDesk = (lifetimes: Lifetimes): SessionDesk => ({
  list({ vendor, client }, after, limit) {
    const first: Session[] = []
    for (const session of lifetimes.sessions.of(vendor, client)) {
      if (after && compare(session.name, after) <= 0) continue
      first.push(session)
      if (first.length >= limit * 4) keepFirst(first, limit)
    }
    keepFirst(first, limit)
    return first.map((session) => infoOf(session, lifetimes))
  },
  async end({ vendor, client, connection }, { by, forget, but }) {
    const meant = [...lifetimes.sessions.of(vendor, client)].filter(
      ({ name }) => name.connection !== but && (connection ?? name.connection) === name.connection,
    )
    const ended = await Promise.all(meant.map((session) => endOne(lifetimes, session, by, forget)))
    return ended.filter((each) => each).length
  },
})

const endOne = async (lifetimes: Lifetimes, session: Session, by: string, forget: boolean): Promise<boolean> => {
  const { outlet } = session
  if (!outlet) return forget && lifetimes.dismiss(session)
  if (forget) session.expiryInterval = 0
  const parted = session.whenParted()
  outlet.link.close(ReasonCode.AdministrativeAction, `This connection was ended by ${by}.`)
  await parted
  return true
}

const compare = (one: SessionPlace, other: SessionPlace): number =>
  compareTexts(one.client, other.client) || compareTexts(one.connection, other.connection)

const compareTexts = (one: string, other: string): number => (one === other ? 0 : one < other ? -1 : 1)

const keepFirst = (sessions: Session[], limit: number): void => {
  sessions.sort(({ name }, other) => compare(name, other.name))
  sessions.length = Math.min(sessions.length, limit)
}

const forEver = 0xffffffff

const infoOf = (session: Session, lifetimes: Lifetimes): SessionInfo => {
  const { name, outlet, expiryInterval, account, subscribers } = session
  return {
    client: name.client,
    connection: name.connection,
    connected: outlet !== undefined,
    since: outlet?.since ?? lifetimes.partedAt(session) ?? 0,
    expirySeconds: expiryInterval < forEver ? expiryInterval : null,
    subscriptions: subscribers.size,
    queued: account.amount('queuedMessages'),
    ...(outlet && linkInfoOf(outlet)),
  }
}

const linkInfoOf = ({ link: { version, remote, keepAliveSeconds } }: Outlet): Partial<SessionInfo> => ({
  version: version === 5 ? '5' : '3.1.1',
  transport: transportOf(remote),
  address: remote.address,
  keepAliveSeconds,
})

const transportOf = ({ web, secure }: Remote): SessionInfo['transport'] => {
  if (web) return secure ? 'wss' : 'ws'
  return secure ? 'mqtts' : 'mqtt'
}
