import type { Certificate } from '../certificate.js'
import type { Dialect } from '../load/dialect.js'
import type { Started } from '../processes.js'

/** What a scenario may ask of a server. */
export type Ability = 'qos1' | 'wildcards' | 'tls' | 'conversations' | 'storage'

/** A server that is measured. */
export interface Peer {
  /** As `--peers` takes it. */
  name: string
  /** Heads its column. */
  title: string
  dialect: Dialect
  abilities: readonly Ability[]
  /** Undefined where it is not installed, empty where it has none. */
  version(): string | undefined
  /** Starts it with empty storage; resolves when it listens. */
  start(place: Place): Promise<Running>
}

/** Where a server runs. */
export interface Place {
  /** Empty; removed when the server has ended. */
  folder: string
  core: number | undefined
  certificate: Certificate | undefined
  /** Folder for a CPU profile, where the server runs on Node. */
  profile?: string | undefined
}

export interface Running extends Started {
  port: number
  /** TLS, where a certificate was given. */
  securePort: number | undefined
  /** Has it let go of what it no longer needs, where it collects garbage and can be asked to. */
  collect?(): Promise<NodeJS.MemoryUsage>
}
