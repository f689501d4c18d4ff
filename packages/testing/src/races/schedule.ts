import type { OpenSocket } from '@daakia/client-sdk/internal'
import type { Random } from '@daakia/protocol'
import type { Participant } from '../scene/rest.js'

/** One of so many ways is slow: what is on it waits for as long as anything goes on elsewhere. */
const slowOneIn = 3
/** What follows from something that went comes within so many turns of the event loop. */
const calmTurns = 5

/**
 * Who goes first. What is on its way waits here, and so do timers that are due: one after the other is let go, which of them is
 * drawn by lot. What is on one way stays in its order, as on a network.
 */
export class Schedule implements Participant {
  readonly #random: Random
  readonly #ways = new Map<string, (() => void)[]>()
  readonly #slow = new Map<string, boolean>()
  readonly #taken: string[] = []
  #isRunning = false
  #calm = 0

  constructor(random: Random) {
    this.#random = random
  }

  /** Which ways went, in their order. */
  get taken(): readonly string[] {
    return this.#taken
  }

  /** What goes before this does not count any more. */
  begin(): void {
    this.#taken.length = 0
  }

  /** Lets it go after what is on the same way, and before or after all else. */
  add(way: string, go: () => void): void {
    const waiting = this.#ways.get(way) ?? []
    this.#ways.set(way, waiting)
    waiting.push(go)
    if (!this.#slow.has(way)) this.#slow.set(way, this.#random() * slowOneIn < 1)
    this.#goOn()
  }

  busyWith(): string | undefined {
    return this.#open.length > 0 ? `${this.#open.join(', ')} wait for their turn` : undefined
  }

  /** Sockets whose bytes wait here. */
  over =
    (openSocket: OpenSocket, client: string): OpenSocket =>
    (url, events) => {
      const [there, back] = [`${client} → server`, `server → ${client}`]
      let isOpen = true
      const later = (way: string, go: () => void) => this.add(way, () => isOpen && go())
      const socket = openSocket(url, {
        ...{ opened: () => events.opened(), drained: () => events.drained() },
        data: (bytes) => later(back, () => events.data(bytes)),
        closed: (error) =>
          this.add(back, () => {
            isOpen = false
            events.closed(error)
          }),
      })
      return {
        write: (pieces) => {
          later(there, () => socket.write(pieces))
          return true
        },
        end: () => later(there, () => socket.end()),
        destroy: () => {
          isOpen = false
          socket.destroy()
        },
      }
    }

  get #open(): string[] {
    return [...this.#ways].flatMap(([way, waiting]) => (waiting.length > 0 ? [way] : []))
  }

  #goOn(): void {
    if (this.#isRunning || this.#open.length === 0) return
    this.#isRunning = true
    // What follows from one thing at once has happened before the next goes.
    setImmediate(() => {
      this.#isRunning = false
      this.#letOneGo()
      this.#goOn()
    })
  }

  #letOneGo(): void {
    const open = this.#open
    const fast = open.filter((way) => this.#slow.get(way) !== true)
    this.#calm += 1
    if (fast.length === 0 && this.#calm < calmTurns) return
    const among = fast.length > 0 ? fast : open
    const way = among[Math.floor(this.#random() * among.length)]
    if (way === undefined) return
    this.#calm = 0
    this.#taken.push(way)
    this.#ways.get(way)?.shift()?.()
  }
}
