import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'

/** A program whose output is read line by line. */
export class Program {
  readonly lines: string[] = []
  private readonly listeners = new Set<() => void>()
  private ended = false

  private constructor(private readonly child: ChildProcessWithoutNullStreams) {
    for (const stream of [child.stdout, child.stderr]) this.read(stream)
    child.on('close', () => {
      this.ended = true
      this.tell()
    })
  }

  static start(command: string, args: readonly string[], env: Record<string, string> = {}): Program {
    const child = spawn(command, args, { stdio: 'pipe', env: { ...process.env, ...env } })
    child.stdin.end()
    return new Program(child)
  }

  /** Resolves with the first line that matches. @throws where the program ends without one */
  line(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = this.lines.map((line) => pattern.exec(line)).find((match) => match !== null)
        if (!found && !this.ended) return
        this.listeners.delete(look)
        if (found) resolve(found)
        else reject(new Error(`ended without a line like ${pattern}; it printed:\n${this.lines.join('\n')}`))
      }
      this.listeners.add(look)
      look()
    })
  }

  async stop(): Promise<void> {
    if (this.ended) return
    const closed = once(this.child, 'close')
    this.child.kill('SIGKILL')
    await closed
  }

  private read(stream: NodeJS.ReadableStream): void {
    let rest = ''
    stream.setEncoding('utf8')
    stream.on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      this.lines.push(...lines)
      this.tell()
    })
  }

  private tell(): void {
    for (const listener of [...this.listeners]) listener()
  }
}
