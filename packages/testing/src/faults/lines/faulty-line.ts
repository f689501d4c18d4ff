import type { OpenSocket } from '@daakia/client-sdk/internal'
import type { Clock } from '@daakia/protocol'
import type { Fate } from '../packets/lane.js'
import type { WholePacket } from '../packets/packet.js'
import type { PacketKind, Side } from '../packets/packet-kind.js'
import { type Armed, fateBy } from './armed.js'
import { Wire } from './wire.js'

export interface FaultyLineParts {
  /** Whose it is, as failures name it. */
  name: string
  clock: Clock & { keepWatch(): () => void }
  note(text: string): void
  /** Hears of each packet, in the order in which they are sent. Answers whether it is to get lost. */
  passes?(from: Side, kind: PacketKind): boolean
  /** Whether a packet waits on any line to be overtaken. */
  isWaited(): boolean
  /** A packet of this kind has been sent here: one that waits on another line is overtaken. */
  overtakes(line: FaultyLine, from: Side, kind: PacketKind): void
}

/** All connections of one device, or of one bot, and what is wrong with them. It outlives the processes that use it. */
export class FaultyLine {
  readonly #parts: FaultyLineParts
  readonly #wires = new Set<Wire>()
  #armed: Armed[] = []
  readonly #delays: Record<Side, number> = { client: 0, server: 0 }
  /** What waits to be overtaken. */
  #behind: { from: Side; kind: PacketKind; isOvertaken: boolean } | undefined
  #silence: { since: number; unwatch(): void } | undefined
  #offline: { since: number; back: Promise<void>; comeBack(): void } | undefined

  constructor(parts: FaultyLineParts) {
    this.#parts = parts
  }

  get name(): string {
    return this.#parts.name
  }

  /** Connections that are made from now on go by way of this line. While it is offline, none is. */
  async over(sockets: () => OpenSocket | Promise<OpenSocket>): Promise<OpenSocket> {
    while (this.#offline) await this.#offline.back
    const openSocket = await sockets()
    return (url, events) => {
      const wire = new Wire(openSocket, url, events, {
        clock: this.#parts.clock,
        isJudged: () => this.#isJudged,
        judge: (from, packet) => this.#judge(from, packet),
        delayOf: (from) => this.#delays[from],
        noticed: (by) => this.#noticed(by),
        over: (over) => this.#over(over),
      })
      this.#wires.add(wire)
      // It went offline while this one was on the way.
      if (this.#offline) wire.break()
      return wire
    }
  }

  arm(armed: Armed): void {
    this.#armed.push(armed)
  }

  /** What was to happen, and has not. */
  get armed(): readonly Armed[] {
    return this.#armed
  }

  break(): void {
    for (const wire of this.#wires) if (!wire.isSilent) wire.break()
  }

  delay(ms: number, from: Side | undefined): void {
    for (const side of ['client', 'server'] as const) if (from === undefined || from === side) this.#delays[side] = ms
  }

  /** @throws RangeError where there is no connection */
  goSilent(): void {
    if (this.#wires.size === 0) throw new RangeError(`${this.name} has no connection that could go silent`)
    this.#silence ??= { since: this.#parts.clock.now(), unwatch: this.#parts.clock.keepWatch() }
    for (const wire of this.#wires) wire.goSilent()
  }

  goOffline(): void {
    if (this.#offline) return
    let comeBack = () => {}
    const back = new Promise<void>((resolve) => {
      comeBack = resolve
    })
    this.#offline = { since: this.#parts.clock.now(), back, comeBack }
    this.break()
  }

  comeBack(): void {
    this.#offline?.comeBack()
    this.#offline = undefined
  }

  /** Nothing is slow any more, or waits; what was to happen will not. */
  recover(): void {
    this.#armed = []
    this.#behind = undefined
    this.delay(0, undefined)
    for (const wire of this.#wires) wire.hurry()
  }

  /** Nothing of it is told to anybody any more. */
  abandon(): void {
    this.recover()
    this.comeBack()
    for (const wire of this.#wires) if (wire.isSilent) wire.destroy()
    this.#silence?.unwatch()
  }

  get isOffline(): boolean {
    return this.#offline !== undefined
  }

  /** Something does not arrive for as long as no time passes, or nobody lets it. */
  get isHindered(): boolean {
    return this.isOffline || this.#isSilent || this.#underWay > 0
  }

  /** What the server has given it may be with a connection that nobody uses any more. */
  get holdsUp(): boolean {
    return this.isHindered || this.#silence !== undefined
  }

  /** So it may be at any moment. */
  get mayBeHindered(): boolean {
    const { client, server } = this.#delays
    return this.holdsUp || client + server > 0 || this.#armed.some(({ does }) => does === 'reorders')
  }

  busyWith(): string | undefined {
    return [...this.#wires].some(({ isBreaking }) => isBreaking) ? `the connection of ${this.name} breaks` : undefined
  }

  /** What has overtaken what waits here has arrived. Answers whether anything is let go. */
  letOvertakenGo(): boolean {
    if (!this.#behind?.isOvertaken) return false
    this.#behind = undefined
    for (const wire of this.#wires) wire.letGo()
    return true
  }

  /** A packet waits here to be overtaken. */
  get waits(): boolean {
    return this.#behind !== undefined
  }

  overtakenBy(from: Side, kind: PacketKind): void {
    if (this.#behind?.from === from && this.#behind.kind === kind) this.#behind.isOvertaken = true
  }

  /** What is wrong now, for who reads a failure. @param at writes a moment */
  described(at: (moment: number) => string, lasting: (ms: number) => string): readonly string[] {
    const { client, server } = this.#delays
    const delay = Math.max(client, server)
    return [
      ...(this.#offline ? [`taken offline at ${at(this.#offline.since)}`] : []),
      ...(this.#isSilent && this.#silence ? [`half-open since ${at(this.#silence.since)}`] : []),
      ...(delay > 0 ? [`${lasting(delay)} late`] : []),
      ...(this.#behind ? [`a ${this.#behind.kind} waits to be overtaken`] : []),
      ...(this.#underWay > 0 ? [`${this.#underWay} on the way`] : []),
    ]
  }

  get #isSilent(): boolean {
    return [...this.#wires].some(({ isSilent }) => isSilent)
  }

  get #underWay(): number {
    return [...this.#wires].reduce((sum, { underWay }) => sum + underWay, 0)
  }

  /** Whether it matters which packets go here. */
  get #isJudged(): boolean {
    const { passes, isWaited } = this.#parts
    return passes !== undefined || this.#armed.length > 0 || isWaited()
  }

  #judge(from: Side, packet: WholePacket): Fate {
    const { kind } = packet
    if (this.#parts.passes?.(from, kind)) {
      this.#parts.note(`${this.name}: the connection breaks at a ${kind} from the ${from}, which is lost`)
      return 'breaks'
    }
    for (const armed of this.#armed) {
      const found = fateBy(armed, from, packet)
      if (found?.isDone) this.#done(armed, kind)
      if (found) return found.fate
    }
    this.#parts.overtakes(this, from, kind)
    return 'arrives'
  }

  #done(armed: Armed, kind: PacketKind): void {
    this.#armed = this.#armed.filter((other) => other !== armed)
    if (armed.does === 'reorders') this.#behind = { from: armed.from, kind, isOvertaken: false }
    this.#parts.note(`${this.name}: ${told(armed, kind)}`)
  }

  #noticed(by: Side): void {
    const who = by === 'client' ? this.name : 'the server'
    this.#parts.note(`${this.name}: ${who} has noticed that the connection is silent, and gives it up`)
  }

  #over(wire: Wire): void {
    this.#wires.delete(wire)
    if (!this.#silence || [...this.#wires].some((other) => other.isHalfOpen)) return
    this.#silence.unwatch()
    this.#silence = undefined
  }
}

const told = ({ does, kind, from }: Armed, lost: PacketKind): string => {
  switch (does) {
    case 'drops':
      return `the connection breaks at a ${kind} from the ${from}, which is lost`
    case 'duplicates':
      return `the connection breaks at the ${lost} that answers a ${kind} from the ${from}`
    case 'reorders':
      return `a ${kind} from the ${from} waits until another one has overtaken it`
  }
}
