import { readFileSync, writeFileSync } from 'node:fs'

/**
 * What a process has in memory, from now on; Linux only.
 *
 * Source: proc(5), https://man7.org/linux/man-pages/man5/proc_pid_clear_refs.5.html
 */
export class MemoryOf {
  readonly #before: number

  constructor(private readonly pid: number) {
    writeFileSync(`/proc/${pid}/clear_refs`, '5')
    this.#before = this.#bytes('VmRSS')
  }

  /** As many bytes it had more, at the most, than at the beginning. */
  get highestGrowth(): number {
    return this.#bytes('VmHWM') - this.#before
  }

  #bytes(kind: 'VmRSS' | 'VmHWM'): number {
    const found = readFileSync(`/proc/${this.pid}/status`, 'utf8').match(new RegExp(`^${kind}:\\s+(\\d+) kB`, 'm'))
    return Number(found?.[1]) * 1024
  }
}
