import type { Alarm, Clock } from '@daakia/protocol'
import type { Attendance } from './port.js'

/** A connection that is gone, and counts for some time more. */
export interface Ghost {
  vendor: string
  client: string
  /** Absent: of all that its client had when the server died. */
  connection?: string
  as: Attendance
  /** When it went. */
  at: number
}

type GhostName = Pick<Ghost, 'vendor' | 'client' | 'connection'>

/** Connections that count until their grace is over. They end in the order in which they came. */
export class Lingering {
  readonly #ghosts = new Map<string, { ghost: Ghost; due: number }>()
  #alarm: Alarm | undefined

  constructor(
    private readonly clock: Clock,
    private readonly over: (ghost: Ghost) => void,
  ) {}

  add(ghost: Ghost, due: number): void {
    this.#ghosts.set(keyOf(ghost), { ghost, due })
    this.#arm()
  }

  get(name: GhostName): Ghost | undefined {
    return this.#ghosts.size > 0 ? this.#ghosts.get(keyOf(name))?.ghost : undefined
  }

  /** It counts no more. */
  remove(name: GhostName): void {
    this.#ghosts.delete(keyOf(name))
  }

  close(): void {
    this.#alarm?.cancel()
    this.#ghosts.clear()
  }

  #arm(): void {
    const [first] = this.#ghosts.values()
    if (!first || this.#alarm) return
    this.#alarm = this.clock.after(Math.max(0, first.due - this.clock.now()), () => {
      this.#alarm = undefined
      this.#end()
    })
  }

  #end(): void {
    const now = this.clock.now()
    for (const [key, { ghost, due }] of this.#ghosts) {
      if (due > now) break
      this.#ghosts.delete(key)
      this.over(ghost)
    }
    this.#arm()
  }
}

/** U+0000 can't be in any of them [MQTT-1.5.4-2]. */
const keyOf = ({ vendor, client, connection }: GhostName): string =>
  connection === undefined ? `${vendor}\0${client}` : `${vendor}\0${client}\0${connection}`
