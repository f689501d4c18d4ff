import type { SessionName } from '../identity.js'

/** A claim on a session's name. */
export interface Claim {
  name: SessionName
  /** Higher than that of every earlier claim on the same name. */
  fence: number
}

/** Which connection speaks under a session's name: at most one, whichever nodes they are on. */
export interface Connections {
  /**
   * Takes the name. Where another connection has it, on this node or another, that one's `lost` is called, and the promise
   * resolves after it has settled: two connections never act under one name at a time [MQTT-3.1.4-3]. Where `lost` fails, so
   * does the claim, and nobody has the name.
   *
   * A node that has died is waited for until its lease is over. It may have stood still instead: then its `lost` is called
   * when it goes on, and until then its fence is stale, which whatever is stored under a fence finds out. A claim whose node is
   * cut off from the others for longer than that, and that nobody else has taken, is still good when it is back.
   *
   * Where it takes a while, the connection may be gone before anybody was asked to let the name go, and be back on another
   * node: `isGone` is asked then. Who is gone takes the name from nobody; its claim is to be given back.
   */
  claim(name: SessionName, lost: () => Promise<void> | void, isGone?: () => boolean): Promise<Claim>
  /** Gives the name back. A claim that was lost meanwhile changes nothing. */
  release(claim: Claim): Promise<void>
}

/**
 * What a connection does that others wait for. `serves`: it takes work, and has none; `busy`: it has work in hand, or waits for
 * an answer of its own.
 */
export type Occupation = 'serves' | 'busy'
