import { ChatFileError } from './chat-file-error.js'
import { type CommandName, commands } from './commands.js'
import { type Entry, entriesOf } from './entries.js'
import type { Line, Step } from './line.js'
import { personIn, placeIn, sayer, speaker } from './speaker.js'
import { type VerbName, verbs } from './verbs.js'

/**
 * Reads a chat file.
 *
 * @param file its name, to tell what is wrong with it
 * @throws ChatFileError naming the file and the line
 */
export const parseChat = (content: string, file: string): Line[] => {
  const lines = entriesOf(content, file).map(({ number, text }: Entry) => {
    try {
      return { number, ...stepOf(text) }
    } catch (error) {
      throw new ChatFileError(file, number, (error as Error).message)
    }
  })
  const [first, ...later] = lines.filter(({ kind }) => kind !== 'remark')
  if (!first) throw new ChatFileError(file, 1, 'nothing happens here: begin with what somebody says, "ana> hello"')
  const late = later.find(({ kind }) => kind === 'begins')
  if (late) throw new ChatFileError(file, late.number, '"@begin …" has to stand before all that happens')
  return lines
}

const saying = new RegExp(`^${speaker}> ?(?<text>[\\s\\S]*)$`)
const doing = new RegExp(`^${speaker} (?<verb>${Object.keys(verbs).join('|')})(?: +(?<words>.*))?$`, 's')
const hearing = new RegExp(`^${sayer}< ?(?<text>[\\s\\S]*)$`)
const commanding = /^@(?<name>\w+)(?: +(?<words>.*))?$/s
const pattern = /^\/(?<source>[\s\S]+)\/(?<flags>[a-z]*)$/

/** @throws Error which says what is wrong */
const stepOf = (text: string): Step => {
  if (text === '' || text.startsWith('#')) return { kind: 'remark', text }
  const step = spoken(text) ?? done(text) ?? heard(text) ?? commanded(text)
  if (step) return step
  const [first = ''] = text.split('\n')
  const deeds = Object.keys(verbs).map((each) => `"ana ${each} …"`)
  const known = [...deeds, ...Object.keys(commands).map((each) => `"@${each} …"`)]
  throw new Error(`"${first}" is none of "ana> …", "bot< …", "# …", ${known.join(', ')}`)
}

const spoken = (line: string): Step | undefined => {
  const found = saying.exec(line)?.groups
  return found && { kind: 'says', ...personIn(found), ...placeIn(found), text: found.text ?? '' }
}

const done = (line: string): Step | undefined => {
  const found = doing.exec(line)?.groups
  return found && verbs[found.verb as VerbName].read((found.words ?? '').trim(), personIn(found), placeIn(found))
}

const heard = (line: string): Step | undefined => {
  const { from, to, device, text = '' } = hearing.exec(line)?.groups ?? {}
  if (from === undefined) return undefined
  const whom = { ...(to !== undefined && { to }), ...(device !== undefined && { device }) }
  return { kind: 'hears', from, ...whom, expected: expectedBy(text) }
}

const commanded = (line: string): Step | undefined => {
  const { name = '', words = '' } = commanding.exec(line)?.groups ?? {}
  return Object.hasOwn(commands, name) ? commands[name as CommandName].read(words.trim()) : undefined
}

/** What is heard: a text, or what fits a pattern between slashes. */
const expectedBy = (text: string): string | RegExp => {
  const { source, flags } = pattern.exec(text)?.groups ?? {}
  return source === undefined ? text : new RegExp(source, flags)
}
