import { ChatFileError } from './chat-file-error.js'
import { type CommandName, commands } from './commands.js'
import { type Entry, entriesOf } from './entries.js'
import type { Line, Step } from './line.js'

/**
 * Reads a chat file.
 *
 * @param file its name, to tell what is wrong with it
 * @throws ChatFileError naming the file and the line
 */
export const parseChat = (content: string, file: string): Line[] =>
  entriesOf(content, file).map(({ number, text }: Entry) => {
    try {
      return { number, ...stepOf(text) }
    } catch (error) {
      throw new ChatFileError(file, number, (error as Error).message)
    }
  })

const saying = /^(?<who>[^\s#@<>]+)> ?(?<text>[\s\S]*)$/
const hearing = /^(?<from>[^\s#@<>]+)(?: to (?<to>[^\s#@<>]+))?< ?(?<text>[\s\S]*)$/
const commanding = /^@(?<name>\w+)(?: +(?<words>.*))?$/
const pattern = /^\/(?<source>[\s\S]+)\/(?<flags>[a-z]*)$/

/** @throws Error which says what is wrong */
const stepOf = (text: string): Step => {
  if (text === '' || text.startsWith('#')) return { kind: 'remark', text }
  const said = saying.exec(text)?.groups
  if (said) return { kind: 'says', who: said.who as string, text: said.text as string }
  const heard = hearing.exec(text)?.groups
  if (heard) {
    const expected = expectedBy(heard.text as string)
    return { kind: 'hears', from: heard.from as string, ...(heard.to !== undefined && { to: heard.to }), expected }
  }
  const { name = '', words = '' } = commanding.exec(text)?.groups ?? {}
  if (Object.hasOwn(commands, name)) return commands[name as CommandName].read(words.trim())
  const [first = ''] = text.split('\n')
  const known = Object.keys(commands).map((each) => `"@${each} …"`)
  throw new Error(`"${first}" is none of "ana> …", "bot< …", "# …", ${known.join(', ')}`)
}

/** What is heard: a text, or what fits a pattern between slashes. */
const expectedBy = (text: string): string | RegExp => {
  const { source, flags } = pattern.exec(text)?.groups ?? {}
  return source === undefined ? text : new RegExp(source, flags)
}
