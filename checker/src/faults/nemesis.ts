import { setTimeout as sleep } from 'node:timers/promises'
import type { Recorder } from '../history/recorder.js'
import type { Rig } from '../rig/rig.js'
import type { Fault, PlannedFault } from './fault.js'

/** Does to the rig what was planned, and takes all of it back in the end. */
export class Nemesis {
  /** The last fault of each target: the next one waits for its end. */
  readonly #last = new Map<string, Promise<void>>()
  readonly #healing = new AbortController()

  constructor(
    private readonly rig: Rig,
    private readonly recorder: Recorder,
  ) {}

  begin({ fault, lastsMs }: PlannedFault): void {
    const before = this.#last.get(fault.target) ?? Promise.resolve()
    const done = before.then(() => this.#carryOut(fault, lastsMs))
    // Told by `heal`; nobody listens before.
    done.catch(() => {})
    this.#last.set(fault.target, done)
  }

  /** Ends every fault now. @throws what went wrong with one of them */
  async heal(): Promise<void> {
    this.#healing.abort()
    await Promise.all(this.#last.values())
    this.rig.healClocks()
  }

  async #carryOut(fault: Fault, lastsMs: number): Promise<void> {
    if (this.#healing.signal.aborted) return
    this.#note(fault, 'begins')
    await this.#begin(fault)
    await sleep(lastsMs, undefined, { signal: this.#healing.signal }).catch(() => {})
    await this.#end(fault)
    if (fault.kind !== 'clock') this.#note(fault, 'ends')
  }

  async #begin(fault: Fault): Promise<void> {
    const { target } = fault
    const line = this.rig.line(target)
    if (fault.kind === 'kill') await this.rig.process(target)?.kill()
    else if (fault.kind === 'pause') this.rig.process(target)?.pause()
    else if (fault.kind === 'clock') this.rig.setClock(target, fault.offsetMs)
    else if (fault.kind === 'failover') await this.rig.failOver()
    else if (fault.kind === 'takeover') await this.rig.killMaster(target, { behindMs: fault.behindMs ?? 0 })
    else if (fault.kind === 'cut') line?.cut()
    else if (fault.kind === 'stall') line?.stall(fault.direction)
    else if (fault.kind === 'half-open') line?.halfOpen(fault.gone)
    else line?.delay(fault.delayMs)
  }

  async #end({ kind, target }: Fault): Promise<void> {
    if (kind === 'kill' || kind === 'takeover') await this.rig.restart(target)
    else if (kind === 'pause') this.rig.process(target)?.resume()
    else this.rig.line(target)?.mend()
  }

  #note(fault: Fault, phase: 'begins' | 'ends'): void {
    this.recorder.note('faults', { what: 'fault', type: 'info', fault, phase })
  }
}
