import { clearScreenDown, createInterface, cursorTo, type Interface, moveCursor } from 'node:readline'
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

  const above = (stream: Writable, lines: string) => {
    if (open) clear(line, output)
    stream.write(lines)
    if (open) line.prompt(true)
  }

  const onLine = (listener: (text: string) => void) => {
    line.on('line', (text) => {
      listener(text)
      line.prompt()
    })
  }

  return { above, left, onLine, close: () => line.close() }
}

/** Takes the prompt and what is typed off the screen; `prompt` draws it again where the cursor is then. */
const clear = (line: Interface, output: Writable) => {
  moveCursor(output, 0, -line.getCursorPos().rows)
  cursorTo(output, 0)
  clearScreenDown(output)
  // Node goes up as many rows as it believes the cursor to be down; it counts them in this field, which has no setter.
  ;(line as Interface & { prevRows: number }).prevRows = 0
}
