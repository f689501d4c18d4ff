/**
 * Edits, deletions and reactions are entries that refer to others. Folding gives each message as it reads now. It looks at
 * what there is, not at when it came: whoever has the same entries sees the same, server and clients alike.
 */
import type { Body } from './bodies.js'
import { type FoldedEnvelope, type OpenEnvelope, toEnvelope } from './envelope.js'
import { readBody, type TypedPayload, writeBody } from './messages.js'

/** Types of entries that refer to another one by its `seq`. */
const referringTypes = ['edit', 'delete', 'reaction'] as const

type ReferringType = (typeof referringTypes)[number]

/** What an entry has to say of another one. */
export type Reference = { [TType in ReferringType]: { type: TType; body: Body<TType> } }[ReferringType]

/** A message as it reads after all that refers to it. */
export type FoldedMessage = OpenEnvelope & Pick<FoldedEnvelope, 'edited' | 'deleted' | 'reactions'>

/** Whether entries of this type refer to others: known before their body is read. */
export const isReferringType = (type: string | undefined): type is ReferringType =>
  referringTypes.some((each) => each === type)

/** What an entry says of the one with `body.seq`; `undefined` where it is a message of its own, or can't be read. */
export const referenceOf = (entry: TypedPayload): Reference | undefined => {
  if (!isReferringType(entry.type)) return undefined
  const read = readBody(entry)
  return read.ok && isReferringType(read.type) ? ({ type: read.type, body: read.body } as Reference) : undefined
}

/**
 * Entries of one conversation, in any order, as messages that read as they do now, in the order of the journal. What
 * refers to a message that is not among them has no effect; an entry that is there twice counts once.
 *
 * ```ts
 * const shown = foldMessages([hello, editOfHello, thumbsUp])
 * ```
 */
export const foldMessages = (entries: Iterable<OpenEnvelope>): FoldedMessage[] => {
  const messages = new Map<number, OpenEnvelope>()
  const referring = new Map<number, OpenEnvelope[]>()
  for (const entry of entries) {
    const target = referenceOf(entry)?.body.seq
    if (target === undefined) messages.set(entry.seq, entry)
    else if (!referring.get(target)?.push(entry)) referring.set(target, [entry])
  }
  return inOrder(messages.values()).map((message) => foldMessage(message, referring.get(message.seq) ?? []))
}

/**
 * One message as it reads now. `entries` may come in any order; those that do not refer to it, or came before it, are
 * passed over. Its sender and the vendor itself edit and delete it; from others that has no effect.
 */
export const foldMessage = (message: OpenEnvelope, entries: Iterable<OpenEnvelope>): FoldedMessage => {
  const fold: Fold = { reactions: new Map() }
  for (const entry of inOrder(entries)) {
    const reference = referenceOf(entry)
    if (reference?.body.seq === message.seq && entry.seq > message.seq) apply(fold, message, entry, reference)
  }
  return fold.deleted ? emptied(message, fold.deleted) : shown(message, fold)
}

/** The folded message fit for JSON. */
export const toFoldedEnvelope = (message: FoldedMessage): FoldedEnvelope => {
  const { edited, deleted, reactions } = message
  return {
    ...toEnvelope(message),
    ...(edited && { edited }),
    ...(deleted && { deleted }),
    ...(reactions && { reactions }),
  }
}

interface Fold {
  edit?: { seq: number; at: number; body: Body<'edit'> }
  deleted?: FoldedMessage['deleted']
  /** Those who have each reaction. */
  reactions: Map<string, Set<string>>
}

const inOrder = (entries: Iterable<OpenEnvelope>): OpenEnvelope[] => [...entries].sort((a, b) => a.seq - b.seq)

const mayChange = ({ from }: OpenEnvelope, by: OpenEnvelope): boolean => by.from === from || by.fromRole === 'vendor'

const apply = (fold: Fold, message: OpenEnvelope, entry: OpenEnvelope, { type, body }: Reference): void => {
  if (type === 'reaction') react(fold.reactions, entry.from, body)
  else if (!mayChange(message, entry)) return
  else if (type === 'edit') fold.edit = { seq: entry.seq, at: entry.at, body }
  else fold.deleted ??= { seq: entry.seq, at: entry.at, from: entry.from }
}

const react = (reactions: Fold['reactions'], client: string, { reaction, removed }: Body<'reaction'>): void => {
  const clients = reactions.get(reaction) ?? new Set()
  if (removed) clients.delete(client)
  else clients.add(client)
  if (clients.size > 0) reactions.set(reaction, clients)
  else reactions.delete(reaction)
}

/** Who wrote it, when and to whom is left; what it said is not. */
const emptied = (message: OpenEnvelope, deleted: FoldedMessage['deleted']): FoldedMessage => {
  const { contentType: _, properties: __, traceparent: ___, plain: ____, ...rest } = message
  return { ...rest, payload: new Uint8Array(), deleted }
}

const shown = (message: OpenEnvelope, { edit, reactions }: Fold): FoldedMessage => ({
  ...(edit ? rewritten(message, edit) : message),
  ...(reactions.size > 0 && {
    reactions: [...reactions].map(([reaction, clients]) => ({ reaction, clients: [...clients] })),
  }),
})

/** What stood in for the message as text goes with what it said before. */
const rewritten = ({ plain: _, ...message }: OpenEnvelope, { body, seq, at }: NonNullable<Fold['edit']>) => ({
  ...message,
  ...textOf(body),
  edited: { seq, at },
})

/** An edit says all of the text that is read instead, whatever the message was. */
const textOf = ({ v: _, seq: __, ...text }: Body<'edit'>) => writeBody('text', text as Body<'text'>)
