import { acknowledging } from './acknowledging.js'
import type { Rig } from './rig.js'

/** Somebody who writes to the bot of the benchmark and reads its answers. */
export class Person {
  answers = 0
  readonly waitsMs: number[] = []
  private sentAtMs = 0

  private constructor(
    private readonly send: () => void,
    private readonly answered: (person: Person) => void,
  ) {}

  static async gather(
    rig: Rig,
    count: number,
    answered: (person: Person) => void,
    { says = 'hi' }: { says?: string } = {},
  ): Promise<Person[]> {
    const packet = rig.dialect.publish({ topic: 'daak/to/bench-bot', payload: Buffer.from(says), qos: 0 })
    const links = await rig.openMany(count, 'person', (link) => link.subscribe(['daak/from/bench-bot'], 0))
    return links.map((link) => {
      const person = new Person(() => link.write(packet), answered)
      acknowledging(link, { message: () => person.hear() })
      return person
    })
  }

  /** @param dueMs when it should have been written, on the clock of `performance`: what the wait is counted from */
  write(dueMs = performance.now()): void {
    this.sentAtMs = dueMs
    this.send()
  }

  private hear(): void {
    this.answers++
    this.waitsMs.push(performance.now() - this.sentAtMs)
    this.answered(this)
  }
}
