import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Handled, QueueStanding } from '../../src/inbox/queue/port.js'
import { Progress } from '../../src/inbox/queue/progress.js'

const conversations = ['team', 'other'] as const
type Conversation = (typeof conversations)[number]

type Step =
  | { do: 'say' | 'handle'; of: Conversation }
  /** So many messages of it are lost; their pointers are taken back, or left where they are. */
  | { do: 'lose'; of: Conversation; messages: number; isTaken: boolean }
  | { do: 'read' | 'write' | 'reopen' }

const of = fc.constantFrom(...conversations)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('say' as const, 'handle' as const), of }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('lose' as const),
      of,
      messages: fc.integer({ min: 1, max: 4 }),
      isTaken: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('read' as const, 'read' as const, 'write' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen' as const) }) },
)

interface Said {
  conversation: Conversation
  seq: number
  line: number
  offset: number
  isLost: boolean
  isHandled: boolean
  isWritten: boolean
}

/** An inbox of conversations whose partitions go back, and a queue on it, which others take over. */
class World {
  readonly #said: Said[] = []
  #inbox: Said[] = []
  readonly #lines = new Map<Conversation, number>()
  readonly #lanes = new Map<Conversation, Said[]>()
  #standing = { floor: 0, handled: new Map<string, Handled>() }
  #progress = new Progress(this.#stored())

  run(step: Step): void {
    if (step.do === 'say') this.#say(step.of)
    else if (step.do === 'handle') this.#handle(step.of)
    else if (step.do === 'lose') this.#lose(step)
    else if (step.do === 'read') this.#read()
    else if (step.do === 'write') this.#write()
    else this.#reopen()
  }

  /** Everything is handled; what is not lost, and is not, was never given. */
  finish(): void {
    for (const turn of ['goes on', 'is opened again']) {
      if (turn === 'is opened again') this.#reopen()
      while (this.#read());
      for (const each of conversations) while (this.#handle(each));
      this.#write()
      expect(this.#said.filter(({ isLost, isHandled }) => !isLost && !isHandled)).toEqual([])
    }
  }

  #say(conversation: Conversation): void {
    const seq = this.#kept(conversation).length + 1
    const place = { conversation, seq, line: this.#lines.get(conversation) ?? 0, offset: this.#said.length + 1 }
    const said = { ...place, isLost: false, isHandled: false, isWritten: false }
    this.#said.push(said)
    this.#inbox.push(said)
  }

  #lose({ of, messages, isTaken }: Extract<Step, { do: 'lose' }>): void {
    this.#lines.set(of, (this.#lines.get(of) ?? 0) + 1)
    const lost = this.#kept(of).slice(-messages)
    for (const each of lost) each.isLost = true
    if (isTaken) this.#inbox = this.#inbox.filter((each) => !lost.includes(each))
  }

  #kept(conversation: Conversation): Said[] {
    return this.#said.filter((each) => each.conversation === conversation && !each.isLost)
  }

  #read(): boolean {
    const next = this.#inbox.find(({ offset }) => offset > this.#progress.scanned)
    if (!next) return false
    const { conversation, seq, line, offset } = next
    const isGiven = this.#progress.scan(conversation, { seq, offset, ...(line > 0 && { line }) })
    if (isGiven) {
      expect(next.isWritten, 'what is written is not given again').toBe(false)
      this.#lanes.set(conversation, [...(this.#lanes.get(conversation) ?? []), next])
    } else expect(next.isWritten || next.isLost, 'what is passed over is handled, or lost').toBe(true)
    return true
  }

  #handle(conversation: Conversation): boolean {
    const next = this.#lanes.get(conversation)?.shift()
    if (!next) return false
    const { seq, line, offset } = next
    this.#progress.handled(conversation, { seq, offset, ...(line > 0 && { line }) })
    next.isHandled = true
    return true
  }

  #write(): void {
    const { floor, handled = [], forget = [] } = this.#progress.takeChange() ?? {}
    if (floor !== undefined) this.#standing.floor = floor
    for (const each of forget) this.#standing.handled.delete(each)
    for (const [conversation, upTo] of handled) this.#standing.handled.set(conversation, upTo)
    for (const each of this.#said) each.isWritten = each.isHandled
  }

  /** What was not written is not known any more. */
  #reopen(): void {
    for (const each of this.#said) each.isHandled = each.isWritten
    this.#lanes.clear()
    this.#progress = new Progress(this.#stored())
  }

  #stored(): QueueStanding {
    return { floor: this.#standing.floor, handled: new Map(this.#standing.handled), failures: [], again: [] }
  }
}

const runs = Number(process.env.DAAKIA_MODEL_RUNS ?? 500)

test('what is written of a queue gives nothing twice, and leaves out nothing, also where conversations go back', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 80 }), (steps) => {
      const world = new World()
      for (const each of steps) world.run(each)
      world.finish()
    }),
    { numRuns: runs },
  )
})
