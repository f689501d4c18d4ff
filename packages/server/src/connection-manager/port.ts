import type { SessionName } from '../identity.js'

/** A claim on a session's name. */
export interface Claim {
  name: SessionName
  /** Higher than that of every earlier claim on the same name. */
  fence: number
}

/** Which connection speaks under a session's name: at most one. */
export interface Connections {
  /**
   * Takes the name. Where another connection has it, that one's `lost` is called, and the promise resolves after
   * it has settled: two connections never act under one name at a time [MQTT-3.1.4-3].
   */
  claim(name: SessionName, lost: () => Promise<void> | void): Promise<Claim>
  /** Gives the name back. A claim that was lost meanwhile changes nothing. */
  release(claim: Claim): Promise<void>
}
