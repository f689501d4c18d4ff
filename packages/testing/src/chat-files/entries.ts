import { ChatFileError } from './chat-file-error.js'
import { opening } from './speaker.js'

/** A line of a chat file with those that go on with it. */
export interface Entry {
  /** Counted from 1. */
  number: number
  text: string
}

/** The entries of a chat file: a message goes on in lines that are indented as far as its text begins. */
export const entriesOf = (content: string, file: string): Entry[] => {
  const entries: (Entry & { indent: number })[] = []
  let empty: Entry[] = []
  for (const [index, line] of content.trimEnd().split(/\r?\n/).entries()) {
    const number = index + 1
    if (line.trim() === '') {
      empty.push({ number, text: '' })
    } else if (/^\s/.test(line)) {
      const open = entries.at(-1)
      const fail = (problem: string) => new ChatFileError(file, number, problem)
      if (!open?.indent) throw fail('An indented line has to go on with a message')
      if (line.slice(0, open.indent).trim() !== '') throw fail(`Indent it by ${open.indent}, as far as the message`)
      open.text += `${'\n'.repeat(empty.length + 1)}${line.slice(open.indent)}`
      empty = []
    } else {
      entries.push(...empty.map((entry) => ({ ...entry, indent: 0 })))
      empty = []
      entries.push({ number, text: line.trimEnd(), indent: opening.exec(line)?.[0].length ?? 0 })
    }
  }
  return entries
}
