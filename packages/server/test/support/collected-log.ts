import type { Log, LogFields } from '../../src/log.js'

export interface LogLine {
  level: keyof Log
  fields: LogFields
  message: string
}

/** Keeps everything that is logged, so that a test can wait for a line, or look for what should be in none. */
export class CollectedLog implements Log {
  readonly lines: LogLine[] = []
  readonly #waiting = new Set<() => void>()

  info(fields: LogFields, message: string): void {
    this.#add({ level: 'info', fields, message })
  }

  warn(fields: LogFields, message: string): void {
    this.#add({ level: 'warn', fields, message })
  }

  error(fields: LogFields, message: string): void {
    this.#add({ level: 'error', fields, message })
  }

  /** The fields of the lines with this message, which is given as far as it matters. */
  all(message: string): LogFields[] {
    return this.lines.filter((line) => line.message.includes(message)).map(({ fields }) => fields)
  }

  /** The first line with this message that nobody has taken yet; waits for it. */
  async take(message: string): Promise<LogLine> {
    for (;;) {
      const index = this.lines.findIndex((line) => line.message.includes(message))
      const [line] = index < 0 ? [] : this.lines.splice(index, 1)
      if (line) return line
      await new Promise<void>((resolve) => this.#waiting.add(resolve))
    }
  }

  /** All of it, as text. */
  get text(): string {
    return this.lines.map((line) => JSON.stringify(line)).join('\n')
  }

  #add(line: LogLine): void {
    this.lines.push(line)
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }
}
