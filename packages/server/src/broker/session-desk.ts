import type { SessionInfo } from '@daakia/protocol'
import { ReasonCode } from '@daakia/protocol/mqtt'
import type { Remote } from '../connection-manager/byte-stream.js'
import type { SessionName } from '../identity.js'
import { PeerQuestions } from '../peers/questions.js'
import type { Lifetimes } from './lifetimes.js'
import { forEver } from './parted-sessions.js'
import type { Outlet, Session } from './session/session.js'

/** Names a session within its vendor. */
export type SessionPlace = Pick<SessionName, 'client' | 'connection'>

/** What clients and operators see of sessions, and what they do to them. */
export interface SessionDesk {
  /** Those of a client, or of all clients of the vendor, by client and connection, after this one, at most `limit`. */
  list(of: SessionsOf, after: SessionPlace | undefined, limit: number): Promise<readonly SessionInfo[]>
  /**
   * Closes the connections of a client, or the one of this name, with 0x98, and removes the sessions with `forget`.
   * Resolves when nothing goes on under their names any more, with how many they were. `but` is left out.
   */
  end(of: { vendor: string; client: string; connection?: string }, how: HowToEnd): Promise<number>
}

interface SessionsOf {
  vendor: string
  client?: string
}

interface HowToEnd {
  by: string
  forget: boolean
  but?: string
}

type Listing = Parameters<SessionDesk['list']>
type Ending = Parameters<SessionDesk['end']>
type Question = { list: Listing } | { end: Ending }

/** A desk that sees the sessions of all nodes. */
export interface OpenDesk extends SessionDesk {
  /** Begins to answer other nodes. */
  open(): void
  close(): void
}

/** Every node knows the sessions without a connection; those that have one are the business of the node that has it. */
export const createSessionDesk = (lifetimes: Lifetimes): OpenDesk => {
  const { peers, clock, elsewhere } = lifetimes.services
  const all = localDesk(lifetimes, () => true)
  const connected = localDesk(lifetimes, ({ outlet }) => outlet !== undefined)
  const answer = async (question: Question): Promise<readonly SessionInfo[] | number> =>
    'list' in question ? connected.list(...question.list) : connected.end(...question.end)
  let questions: PeerQuestions<Question, readonly SessionInfo[] | number> | undefined
  const askOthers = async (question: Question) => (await questions?.askAll(question)) ?? []
  return {
    open() {
      questions = new PeerQuestions({ peers, clock, kind: 'session desk', answer })
    },
    close: () => questions?.close(),
    async list(of, after, limit) {
      const [own, ...others] = await Promise.all([
        all.list(of, after, limit),
        ...(await askOthers({ list: [of, after, limit] })),
      ])
      if (others.length === 0) return own
      return merged([...own, ...others.flatMap((each) => (typeof each === 'number' ? [] : each))], limit)
    },
    async end(of, how) {
      const [own, others] = await Promise.all([all.end(of, how), askOthers({ end: [of, how] })])
      await elsewhere.announced()
      return others.reduce<number>((sum, each) => sum + (typeof each === 'number' ? each : 0), own)
    },
  }
}

/** One that is on its way from one node to another may be known to both. */
const merged = (infos: readonly SessionInfo[], limit: number): readonly SessionInfo[] => {
  const byPlace = new Map<string, SessionInfo>()
  for (const info of infos) {
    const place = JSON.stringify([info.client, info.connection])
    if (!byPlace.get(place)?.connected) byPlace.set(place, info)
  }
  return [...byPlace.values()].sort(compare).slice(0, limit)
}

const localDesk = (lifetimes: Lifetimes, isMeant: (session: Session) => boolean): SessionDesk => ({
  async list({ vendor, client }, after, limit) {
    const first: Session[] = []
    for (const session of lifetimes.sessions.of(vendor, client)) {
      if (!isMeant(session) || (after && compare(session.name, after) <= 0)) continue
      first.push(session)
      if (first.length >= limit * 4) keepFirst(first, limit)
    }
    keepFirst(first, limit)
    return Promise.all(first.map((session) => infoOf(session, lifetimes)))
  },
  async end({ vendor, client, connection }, { by, forget, but }) {
    const meant = [...lifetimes.sessions.of(vendor, client)].filter(
      (session) =>
        isMeant(session) &&
        session.name.connection !== but &&
        (connection ?? session.name.connection) === session.name.connection,
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

const infoOf = async (session: Session, lifetimes: Lifetimes): Promise<SessionInfo> => {
  const { name, outlet, expiryInterval, account, subscribers } = session
  return {
    client: name.client,
    connection: name.connection,
    connected: outlet !== undefined,
    since: outlet?.since ?? lifetimes.partedAt(session) ?? 0,
    expirySeconds: expiryInterval < forEver ? expiryInterval : null,
    subscriptions: subscribers.size,
    queued: await (session.persistent ? lifetimes.services.sessions.waiting(name) : account.amount('queuedMessages')),
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
