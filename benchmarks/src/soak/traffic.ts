import type { Rig } from '../load/rig.js'
import type { Talker } from './talker.js'
import { openTown, type Town } from './town.js'

/** What a busy service sees in every second of its day. */
export const everySecond = { conversationMessages: 40, plainMessages: 50, retainedMessages: 10, visits: 1 } as const

export const messagesPerSecond =
  everySecond.conversationMessages + everySecond.plainMessages + everySecond.retainedMessages

/** Messages that the server has not acknowledged, and visitors at once. */
const outstandingLimit = 2_000
const visitorsLimit = 20

/** Sends the seconds of a day, each as soon as the server has taken enough of those before. */
export class Traffic {
  /** Seconds that were sent. */
  seconds = 0
  acknowledged = 0
  delivered = 0
  private turn = 0
  private visitors = 0
  private finished: () => void = () => undefined

  /** @param total seconds to send */
  constructor(
    private readonly rig: Rig,
    readonly total: number,
  ) {}

  /** Resolves when the server has acknowledged everything. */
  async send(): Promise<void> {
    const done = new Promise<void>((resolve) => {
      this.finished = resolve
    })
    const town = await openTown(this.rig, {
      message: () => this.delivered++,
      acknowledged: () => {
        this.acknowledged++
        this.advance(town)
      },
    })
    this.advance(town)
    await done
  }

  private advance(town: Town): void {
    while (this.hasRoom()) this.sendSecond(town)
    if (this.seconds === this.total && this.outstanding() === 0 && this.visitors === 0) this.finished()
  }

  private hasRoom(): boolean {
    if (this.rig.closed || this.seconds === this.total) return false
    return this.outstanding() < outstandingLimit && this.visitors < visitorsLimit
  }

  private outstanding(): number {
    return this.seconds * messagesPerSecond - this.acknowledged
  }

  private sendSecond(town: Town): void {
    this.seconds++
    for (let n = 0; n < everySecond.conversationMessages; n++) this.next(town.people).send()
    for (let n = 0; n < everySecond.plainMessages; n++) this.next(town.devices).send()
    for (let n = 0; n < everySecond.retainedMessages; n++) town.clerk.send()
    for (let n = 0; n < everySecond.visits; n++) this.visit(town)
  }

  private next(talkers: readonly Talker[]): Talker {
    return talkers[this.turn++ % talkers.length] as Talker
  }

  private visit(town: Town): void {
    this.visitors++
    town
      .visit()
      .then(() => {
        this.visitors--
        this.advance(town)
      })
      .catch(this.rig.fail)
  }
}
