import { type ConnectPacket, ReasonCode } from '@daakia/protocol/mqtt'
import type { Principal, SessionName } from '../identity.js'
import { refuseForNow } from '../not-now.js'
import type { Refusal } from './authentication/authenticator.js'
import type { AuthExchange } from './authentication/exchange.js'
import { deferred } from './deferred.js'
import { type HandshakeOptions, type Introduction, introduce } from './handshake.js'
import type { Link, OpenSession, SessionHost } from './link.js'
import { Place } from './place.js'
import type { Claim, Connections } from './port.js'

export interface AdmissionOptions extends HandshakeOptions {
  connections: Connections
  host: SessionHost
}

/** A connection that was let in. */
export interface Admission {
  introduction: Introduction
  session: OpenSession
  /** Ends the session, and then gives its name back. */
  leave(): Promise<void>
}

/** Lets a connection in: asks who it is, takes its name, opens its session. `undefined` where it is gone by then. */
export const admit = async (
  link: Link,
  connect: ConnectPacket,
  exchange: AuthExchange,
  options: AdmissionOptions,
): Promise<Admission | Refusal | undefined> => {
  const introduction = await introduce({ connect, remote: link.remote, exchange }, options)
  if (!introduction || 'reasonCode' in introduction) return introduction
  if (link.closed) return undefined
  const entry = await enter(link, introduction.principal, options)
  if ('reasonCode' in entry) return entry
  try {
    const { principal } = introduction
    const session = link.closed ? undefined : await options.host.open(link, connect, principal, entry.fence)
    if (session && 'present' in session) return { introduction, session, leave: () => leave(session, entry) }
    await entry.release()
    return session
  } catch (error) {
    await entry.release()
    throw error
  }
}

/** What a connection has taken: its place, and its name. */
interface Entry {
  /** Of the claim on the name. */
  readonly fence: number
  release(): Promise<void>
}

const enter = async (link: Link, principal: Principal, options: AdmissionOptions): Promise<Entry | Refusal> => {
  const place = new Place(principal, options)
  const refusal = place.ask()
  if (refusal) return refusal
  const name = await claimName(link, principal, options.connections).catch((error: unknown) => {
    place.leave()
    return refuseForNow(error)
  })
  if ('reasonCode' in name) return name
  const entry: Entry = {
    fence: name.fence,
    release() {
      place.leave()
      return name.release()
    },
  }
  const full = place.take()
  if (full) await entry.release()
  return full ?? entry
}

/** Takes the name. Who takes it from this connection waits until nothing goes on under it [MQTT-3.1.4-3]. */
const claimName = async (link: Link, name: SessionName, connections: Connections): Promise<Entry> => {
  const free = deferred()
  const lost = () => {
    link.close(ReasonCode.SessionTakenOver, 'Another connection uses this client identifier.')
    return free.promise
  }
  const claim: Claim = await connections.claim(name, lost, () => link.closed)
  return {
    fence: claim.fence,
    release() {
      free.resolve()
      return connections.release(claim)
    },
  }
}

const leave = async (session: OpenSession, entry: Entry): Promise<void> => {
  try {
    await session.ended()
  } finally {
    await entry.release()
  }
}
