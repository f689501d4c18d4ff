import { createInterface } from 'node:readline'
import type { Writable } from 'node:stream'
import type { Io } from '../io.js'

/** A line being typed at the bottom of a terminal, and what is written above it meanwhile. */
export interface Prompt {
  /** Writes whole lines above the prompt; what is being typed stays as it is. */
  above(stream: Writable, lines: string): void
  /** Calls back with each line that was entered. */
  onLine(listener: (line: string) => void): void
  /** Resolves when the person leaves, with Ctrl-C or Ctrl-D, or `close` was called. */
  readonly left: Promise<void>
  close(): void
}

export const openPrompt = ({ input, output }: Pick<Io, 'input' | 'output'>, prompt: string): Prompt => {
  const line = createInterface({ input, output, prompt, terminal: true, historySize: 100 })
  const left = new Promise<void>((resolve) => line.once('close', resolve))
  let open = true
  line.once('close', () => {
    open = false
    output.write('\n')
  })
  line.on('SIGINT', () => line.close())
  line.prompt()

  /** Takes what is typed off the screen, writes, and types it again: Node's readline redraws one prompt only. */
  const above = (stream: Writable, lines: string) => {
    if (!open) return void stream.write(lines)
    const { line: typed, cursor } = line
    line.write(null, { ctrl: true, name: 'e' })
    line.write(null, { ctrl: true, name: 'u' })
    output.write('\r\x1b[K')
    stream.write(lines)
    line.prompt()
    if (typed !== '') line.write(typed)
    for (let i = typed.length; i > cursor; i--) line.write(null, { name: 'left' })
  }

  const onLine = (listener: (text: string) => void) => {
    line.on('line', (text) => {
      listener(text)
      line.prompt()
    })
  }

  return { above, left, onLine, close: () => line.close() }
}
