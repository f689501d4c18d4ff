import type { LiveSession } from '../../broker/exchange/port.js'
import type { Announcement } from './announcement.js'
import { CallTokens } from './call-tokens.js'
import type { OpenCall } from './open-call.js'

/** A connection that serves. */
export class Instance {
  /** The calls that it has. */
  readonly calls = new Set<OpenCall>()
  /** A call is on its way, and the connection has no room for it yet. */
  sending = false
  qos: 0 | 1 = 0
  identifier: number | undefined
  announcement: Announcement = {}
  /** When it announced itself: higher than that of those who did so before. */
  announced = 0
  /** Of the names of its calls. */
  readonly ids: CallTokens

  constructor(
    readonly session: LiveSession,
    readonly service: string,
    token: string,
  ) {
    this.ids = new CallTokens(token)
  }

  /** Whether it has the method, or may have it. */
  has(method: string): boolean {
    const { methods } = this.announcement
    return !methods || Object.hasOwn(methods, method)
  }

  /** How many more calls it takes now. */
  room(usualCapacity: number): number {
    if (this.session.closed || this.sending) return 0
    return Math.max(0, (this.announcement.capacity ?? usualCapacity) - this.calls.size)
  }
}
