import { type SessionInfo, SessionPage, SessionsEnded } from '@daakia/protocol'
import { allPages } from '../admin/all-pages.js'
import { asOperator } from '../admin/as-operator.js'
import type { ServerAccess } from '../admin/server-access.js'
import { momentOf, writeTable } from '../admin/table.js'
import { type Io, processIo, type Status } from '../io.js'

export interface ListSessionsOptions extends ServerAccess {
  /** Only those of this client. */
  client?: string
  /** So many. 100 by default. */
  limit?: number
  /** An object in a line for each, instead of a table. */
  json?: boolean
}

export interface EndSessionsOptions extends ServerAccess {
  client: string
  /** One MQTT client identifier. All that the client has by default. */
  connection?: string
  /** Removes the sessions as well. */
  forget?: boolean
}

export const usualListed = 100

const head = ['CLIENT', 'CONNECTION', 'STATE', 'SINCE', 'MQTT', 'FROM', 'KEEP ALIVE', 'EXPIRY', 'FILTERS', 'QUEUED']

/** Lists the sessions of a vendor's clients, connected and away. */
export const listSessions = (
  { client, limit = usualListed, json, ...access }: ListSessionsOptions,
  io: Io = processIo,
): Promise<Status> =>
  asOperator(access, io, async (call) => {
    const sessions = await allPages(async (page) => {
      const { sessions: items, next } = SessionPage.parse(
        await call('sessions/list', { ...(client !== undefined && { client }), ...page }),
      )
      return { items, next }
    }, limit)
    const rows = sessions.map((session) => ({ cells: cellsOf(session), json: session }))
    writeTable(head, rows, io, { json })
    if (sessions.length === 0) io.errors.write('There is no session.\n')
    return 0
  })

/** Closes the connections of a client, or one of them. */
export const endSessions = (
  { client, connection, forget = false, ...access }: EndSessionsOptions,
  io: Io = processIo,
): Promise<Status> =>
  asOperator(access, io, async (call) => {
    const meant = { client, forget, ...(connection !== undefined && { connection }) }
    const { ended } = SessionsEnded.parse(await call('sessions/end', meant))
    io.errors.write(ended > 0 ? `${countOf(ended)} ended.\n` : `${client} has no such session.\n`)
    return ended > 0 ? 0 : 1
  })

const countOf = (ended: number): string => (ended === 1 ? '1 session was' : `${ended} sessions were`)

const cellsOf = (session: SessionInfo): string[] => [
  session.client,
  session.connection,
  session.connected ? 'connected' : 'away',
  momentOf(session.since),
  session.version ?? '',
  session.transport === undefined ? '' : `${session.transport}://${session.address ?? ''}`,
  session.keepAliveSeconds === undefined ? '' : `${session.keepAliveSeconds} s`,
  session.expirySeconds === null ? 'never' : `${session.expirySeconds} s`,
  String(session.subscriptions),
  String(session.queued),
]
