import type { Message } from '@daakia/client-sdk'
import { formatMs } from '../time/duration.js'
import { textOf } from './text-of.js'

type Line = { atMs: number } & ({ message: Message; mark: '>' | '<' } | { note: string; times: number })

/** What is to be told of a message beside what it says. */
export interface Telling {
  /** Who says it. */
  speaker(message: Message): string
  /** What a person did to say it, other than speak: `presses "Pay"`. */
  deed(message: Message): string | undefined
  /** What is to be said of it, behind it. */
  remark(message: Message): string
}

/** All that was said, in order, with virtual times. */
export class Transcript {
  readonly #elapsedMs: () => number
  readonly #lines: Line[] = []
  readonly #conversations = new Set<string>()
  readonly #known = new Set<string>()

  constructor(elapsedMs: () => number) {
    this.#elapsedMs = elapsedMs
  }

  /** Adds a message once, however many of its members heard it. */
  add(message: Message, by: 'user' | 'bot'): void {
    const name = `${message.conversation}/${message.seq}`
    if (this.#known.has(name)) return
    this.#known.add(name)
    this.#conversations.add(message.conversation)
    this.#lines.push({ atMs: this.#elapsedMs(), message, mark: by === 'user' ? '>' : '<' })
  }

  /** What was said. */
  get messages(): readonly Message[] {
    return this.#lines.flatMap((line) => ('message' in line ? [line.message] : []))
  }

  /** Adds what happened beside the messages. */
  note(note: string): void {
    const last = this.#lines.at(-1)
    const atMs = this.#elapsedMs()
    if (last && 'note' in last && last.note === note && last.atMs === atMs) last.times += 1
    else this.#lines.push({ atMs, note, times: 1 })
  }

  render(telling: Telling): string {
    const times = this.#lines.map(({ atMs }) => formatMs(atMs))
    const width = Math.max(0, ...times.map((time) => time.length))
    const lines = this.#lines.map((line, i) => {
      const time = `  ${times[i]?.padStart(width)}  `
      return time + this.#text(line, telling, time.length)
    })
    return ['Transcript:', ...(lines.length > 0 ? lines : ['  (nothing was said)'])].join('\n')
  }

  #text(line: Line, { speaker, deed, remark }: Telling, indent: number): string {
    if ('note' in line) return `(${line.note})${line.times > 1 ? ` ${line.times} times` : ''}`
    const where = this.#conversations.size > 1 ? `[${line.message.conversation}] ` : ''
    const done = line.mark === '>' ? deed(line.message) : undefined
    if (done !== undefined) return `${where}${speaker(line.message)} ${done}${remark(line.message)}`
    const who = `${where}${speaker(line.message)}${line.mark} `
    return `${who}${textOf(line.message).replaceAll('\n', `\n${' '.repeat(indent + who.length)}`)}${remark(line.message)}`
  }
}
