import type { Draft } from '@daakia/client-sdk'
import type { Body, MessageType } from '@daakia/protocol'

type Write<Type extends MessageType> = (body: Body<Type>) => string

const listed = (labels: readonly { label: string }[] = []) =>
  labels.length === 0 ? '' : ` [${labels.map(({ label }) => label).join(' | ')}]`
const after = (separator: string, text: string | undefined) => (text ? `${separator}${text}` : '')

/** How each type reads where only text can be shown. `event` is for programs, and is not shown. */
const writers: { [Type in Exclude<MessageType, 'event'>]: Write<Type> } = {
  text: ({ text }) => text,
  card: ({ title, text, buttons }) => `${title}${after(': ', text)}${listed(buttons)}`,
  choices: ({ text, choices }) => `${text}${listed(choices)}`,
  form: ({ title, text, fields }) => `${after('', title)}${after(' ', text)}${listed(fields)}`.trim(),
  media: ({ name, alt, mediaType, url }) => `[${mediaType}] ${name ?? alt ?? ''} ${url}`,
  action: ({ id }) => `[pressed ${id}]`,
  edit: ({ seq, text }) => `[instead of #${seq}] ${text}`,
  delete: ({ seq }) => `[took back #${seq}]`,
  reaction: ({ seq, reaction, removed }) => `[${removed ? 'took back ' : ''}${reaction} for #${seq}]`,
  member: ({ clients, change }) => `[${clients.join(', ')} ${change}]`,
  handoff: ({ to, reason }) => `[handed over to ${to}${after(': ', reason)}]`,
}

/** What a terminal might take for a command, so that no message can drive it; line ends and tabs stay. */
const controls = /[^\P{Cc}\n\t]/gu

/** The message as text, or `undefined` where it is not for people. Only a `text` may have several lines. */
export const plainText = (message: Pick<Draft, 'content' | 'type' | 'payload'>): string | undefined => {
  const { content, type, payload } = message
  if (type === 'event') return undefined
  const written = content.ok ? write(content.type, content.body) : `[${type}, ${payload.length} bytes]`
  const clean = written.replace(/\r\n?/g, '\n').replace(controls, '')
  return type === 'text' ? clean : clean.replace(/\s+/g, ' ').trim()
}

const write = (type: MessageType, body: Body): string =>
  type === 'event' ? '' : (writers[type] as Write<MessageType>)(body)
