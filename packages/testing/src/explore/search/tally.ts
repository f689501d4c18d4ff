import type { RefusedEvent, Step } from '@daakia/bot-sdk/internal'

/** How the values of an event fared. */
export interface Tried {
  /** How often a person did what leads to it. */
  times: number
  /** How often it could not be done as things were. */
  impossible: number
  /** How often the machine heard it. */
  heard: number
  /** What the machine heard in its place. */
  others: ReadonlySet<string>
}

const nothing: Tried = { times: 0, impossible: 0, heard: 0, others: new Set() }

/** Counts what became of the events that an author gives values of. */
export class Tally {
  readonly #tried = new Map<string, Tried>()

  of(type: string): Tried {
    return this.#tried.get(type) ?? nothing
  }

  impossible(type: string): undefined {
    const { impossible, ...tried } = this.of(type)
    this.#tried.set(type, { ...tried, impossible: impossible + 1 })
  }

  happened(type: string, steps: readonly Step[], refused: readonly RefusedEvent[]): void {
    const took = [...steps, ...refused].map(({ event }) => event).filter((event) => !event.startsWith('xstate.'))
    const { times, heard, others, impossible } = this.of(type)
    this.#tried.set(type, {
      times: times + 1,
      impossible,
      heard: heard + (took.includes(type) ? 1 : 0),
      others: new Set([...others, ...took.filter((event) => event !== type)]),
    })
  }
}
