import { setTimeout as sleep } from 'node:timers/promises'
import { encode } from '@daakia/protocol/mqtt'
import { LoadClient } from '../load/load-client.js'
import { type Measurement, percentile, rate } from '../measure.js'

const people = 100
const pacedPeople = 20
const pacedSeconds = 4

/** Somebody who writes to the bot and reads its answers. */
class Person {
  answers = 0
  readonly waitsMs: number[] = []
  private sentAt = 0
  private client?: LoadClient
  private readonly packet = encode(
    { type: 'publish', topic: 'daak/to/bench-bot', payload: Buffer.from('hi'), qos: 0, retain: false, dup: false },
    5,
  )

  constructor(
    private readonly name: string,
    private readonly answered: (person: Person) => void,
  ) {}

  async start(port: number): Promise<void> {
    this.client = await LoadClient.open(port, this.name, {
      message: () => {
        this.answers++
        this.waitsMs.push(performance.now() - this.sentAt)
        this.answered(this)
      },
    })
    await this.client.subscribe('daak/from/bench-bot', 0)
  }

  write(): void {
    this.sentAt = performance.now()
    this.client?.write(this.packet)
  }

  stop(): void {
    this.client?.close()
  }
}

const gather = async (port: number, count: number, prefix: string, answered: (person: Person) => void) => {
  const persons = Array.from({ length: count }, (_, n) => new Person(`${prefix}-${n}`, answered))
  for (const person of persons) await person.start(port)
  return persons
}

/** A hundred people who write as soon as they are answered: turns per second, from message to delivered reply. */
export const turnRate = async (port: number): Promise<Measurement> => {
  let running = true
  const persons = await gather(port, people, 'eager', (person) => running && person.write())
  for (const person of persons) person.write()
  const value = await rate(() => persons.reduce((sum, person) => sum + person.answers, 0))
  running = false
  for (const person of persons) person.stop()
  return { name: `bot turns, ${people} people at once`, value, unit: 'turns/s' }
}

/** Twenty people, each writing ten times a second: how long from message to delivered reply. */
export const turnLatency = async (port: number): Promise<Measurement[]> => {
  const persons = await gather(port, pacedPeople, 'calm', () => undefined)
  for (let tick = 0; tick < pacedSeconds * 10; tick++) {
    for (const person of persons) person.write()
    await sleep(100)
  }
  for (const person of persons) person.stop()
  const waits = persons.flatMap((person) => person.waitsMs.slice(5))
  const row = (share: number) => ({
    name: `time of a turn at ${pacedPeople * 10} turns/s, p${share * 100}`,
    value: percentile(waits, share),
    unit: 'ms',
  })
  return [row(0.5), row(0.99)]
}
