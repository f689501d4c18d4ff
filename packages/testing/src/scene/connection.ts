import type { Connection, PacketOptions } from '../connection.js'
import { type CallSite, callSite } from '../failure/call-site.js'
import { called, checking } from '../failure/misuse.js'
import type { Armed } from '../faults/lines/armed.js'
import type { FaultyLine } from '../faults/lines/faulty-line.js'
import { type AnsweredPacketKind, checkAnswered } from '../faults/packets/packet.js'
import { type PacketKind, senderOf } from '../faults/packets/packet-kind.js'
import { Given, isRecord } from '../given.js'
import { type Duration, formatMs, toMs } from '../time/duration.js'
import type { Scene } from './scene.js'

const isSide = (given: unknown): boolean => given === 'client' || given === 'server'

/** What a test does to the connection of a device or a bot. */
export class SceneConnection implements Connection {
  readonly #line: FaultyLine
  readonly #call: string
  readonly #scene: Scene

  /** @param call as a test calls whose it is */
  constructor(line: FaultyLine, call: string, scene: Scene) {
    this.#line = line
    this.#call = call
    this.#scene = scene
  }

  breaks(): Promise<void> {
    return this.#act('connection.breaks', callSite(this.breaks), 'the connection breaks', () => this.#line.break())
  }

  drops(kind: PacketKind, options: PacketOptions = {}): void {
    called(this.drops, () => this.#arm('drops', kind, options))
  }

  duplicates(kind: AnsweredPacketKind, options: PacketOptions = {}): void {
    called(this.duplicates, () => {
      checking(() => checkAnswered(kind))
      this.#arm('duplicates', kind, options)
    })
  }

  reorders(kind: PacketKind, options: PacketOptions = {}): void {
    called(this.reorders, () => this.#arm('reorders', kind, options))
  }

  delays(duration: Duration, options: PacketOptions = {}): void {
    const ms = called(this.delays, () => {
      this.#check('delays', options)
      return checking(() => toMs(duration))
    })
    const { from } = options
    this.#note(`what ${from === undefined ? 'is sent' : `the ${from} sends`} arrives ${formatMs(ms)} later`)
    this.#line.delay(ms, from)
  }

  goesSilent(): void {
    called(this.goesSilent, () => checking(() => this.#line.goSilent()))
    this.#note('the connection goes silent')
  }

  recovers(): Promise<void> {
    return this.#act('connection.recovers', callSite(this.recovers), 'the connection recovers', () =>
      this.#line.recover(),
    )
  }

  goesOffline(site: CallSite): Promise<void> {
    return this.#act('goesOffline', site, 'goes offline', () => this.#line.goOffline())
  }

  comesBack(site: CallSite): Promise<void> {
    return this.#act('comesBack', site, 'comes back', () => this.#line.comeBack())
  }

  #arm(does: Armed['does'], kind: PacketKind, options: PacketOptions): void {
    this.#check(does, options)
    const from = checking(() => senderOf(kind, options.from))
    this.#line.arm({ does, kind, from })
  }

  #check(verb: string, options: PacketOptions): void {
    const given = new Given(`${this.#call}.connection.${verb}`)
    given.is(options, isRecord, "{ from: 'server' }")
    given.may(options, 'from', isSide, "from: 'client', or from: 'server'")
  }

  #act(verb: string, site: CallSite, note: string, doIt: () => void): Promise<void> {
    const work = async () => {
      this.#note(note)
      doIt()
      await this.#scene.rest(site)
    }
    return this.#scene.begin(`${this.#call}.${verb}`, site, work())
  }

  #note(text: string): void {
    this.#scene.transcript.note(`${this.#line.name}: ${text}`)
  }
}
