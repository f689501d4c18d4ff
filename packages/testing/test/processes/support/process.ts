import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Order, Point, Report } from '../fixtures/points.js'

/** A fixture that runs as a process of its own. */
export class FixtureProcess {
  private readonly reports: Report[] = []
  private readonly listeners = new Set<() => void>()
  private orders = 0
  /** The newest order for each point. */
  private readonly armed = new Map<Point, number>()

  private constructor(private readonly child: ChildProcess) {
    child.on('message', (report: Report) => {
      this.reports.push(report)
      for (const listener of this.listeners) listener()
    })
    child.on('exit', () => {
      for (const listener of this.listeners) listener()
    })
  }

  static async start(script: string, ...args: string[]): Promise<FixtureProcess> {
    const started = new FixtureProcess(fork(script, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }))
    await started.report((report) => 'ready' in report)
    return started
  }

  get mqttPort(): number {
    const ready = this.reports.find((report) => 'ready' in report)
    if (!ready || !('mqttPort' in ready) || !ready.mqttPort) throw new Error('this process listens on no port')
    return ready.mqttPort
  }

  /** Keys of the calls that it has made. */
  get calls(): readonly string[] {
    return this.reports.flatMap((report) => ('called' in report ? [report.called] : []))
  }

  /** When the point is reached, after `skip` times from now on, the process reports it and stays there. */
  async arm(point: Point, options: { skip: number } = { skip: 0 }): Promise<void> {
    const order = ++this.orders
    this.armed.set(point, order)
    this.order({ arm: point, order, ...options })
    await this.report((report) => 'armed' in report && report.armed === order)
  }

  /** Resolves when the point is reached for which the process was armed last. */
  async reached(point: Point): Promise<void> {
    const armed = this.armed.get(point)
    await this.report((report) => 'reached' in report && report.reached === point && report.order === armed)
  }

  /** Ends the process at once, as `kill -9` does. */
  kill(): Promise<void> {
    return this.end('SIGKILL')
  }

  /** Resolves when the process has ended, by itself or by another hand. */
  async died(): Promise<void> {
    if (!this.hasEnded) await once(this.child, 'exit')
  }

  /** Freezes the process: it keeps its connections, and does nothing. */
  pause(): void {
    this.child.kill('SIGSTOP')
  }

  resume(): void {
    this.child.kill('SIGCONT')
  }

  /** Lets a process go on that stays at a point. */
  release(): void {
    this.order({ release: true })
  }

  private get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null
  }

  private order(order: Order): void {
    this.child.send(order)
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (this.hasEnded) return
    const exited = once(this.child, 'exit')
    this.child.kill(signal)
    await exited
  }

  private report(wanted: (report: Report) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (!this.reports.some(wanted) && !this.hasEnded) return
        this.listeners.delete(look)
        this.reports.some(wanted) ? resolve() : reject(new Error('the process ended first'))
      }
      this.listeners.add(look)
      look()
    })
  }
}
