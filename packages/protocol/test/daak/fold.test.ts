import {
  type Body,
  FoldedEnvelope,
  type FoldedMessage,
  foldMessage,
  foldMessages,
  type OpenEnvelope,
  referenceOf,
  toFoldedEnvelope,
  writeBody,
} from '@daakia/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const decode = (payload: Uint8Array) => new TextDecoder().decode(payload)

type Said = Pick<OpenEnvelope, 'from'> & Partial<OpenEnvelope>

const entry = (seq: number, said: Said & Pick<OpenEnvelope, 'type' | 'payload'>): OpenEnvelope => ({
  seq,
  id: `id-${seq}`,
  at: 1_000 + seq,
  ...said,
})

const text = (seq: number, from: string, said: string) => entry(seq, { from, ...writeBody('text', { text: said }) })
const edit = (seq: number, from: string, body: Body<'edit'>, more: Partial<OpenEnvelope> = {}) =>
  entry(seq, { from, ...writeBody('edit', body), ...more })
const deletion = (seq: number, from: string, of: number, more: Partial<OpenEnvelope> = {}) =>
  entry(seq, { from, ...writeBody('delete', { seq: of }), ...more })
const reaction = (seq: number, from: string, body: Body<'reaction'>) =>
  entry(seq, { from, ...writeBody('reaction', body) })

const only = (entries: readonly OpenEnvelope[]): FoldedMessage => {
  const [message, ...others] = foldMessages(entries)
  expect(others).toEqual([])
  return message as FoldedMessage
}

const hello = text(1, 'ana', 'helo')

describe('A message that was edited', () => {
  it('reads as the newest edit says, and tells which that was', () => {
    const folded = only([hello, edit(2, 'ana', { seq: 1, text: 'hello' }), edit(3, 'ana', { seq: 1, text: 'Hello!' })])
    expect(folded).toMatchObject({ seq: 1, id: 'id-1', from: 'ana', at: 1_001, edited: { seq: 3, at: 1_003 } })
    expect(decode(folded.payload)).toBe('Hello!')
  })

  it('is a text from then on, whatever it was', () => {
    const card = entry(1, { from: 'ana', ...writeBody('card', { title: 'Pizza' }) })
    const folded = only([card, edit(2, 'ana', { seq: 1, text: 'Sold out' })])
    expect(folded).toMatchObject({ type: 'text', contentType: 'text/plain' })
  })

  it('has the plain text of what it reads as now', () => {
    const card = entry(1, { from: 'ana', ...writeBody('card', { title: 'Pizza' }) })
    expect(only([card]).plain).toBe('Pizza')
    expect(only([card, edit(2, 'ana', { seq: 1, text: 'Sold out' })])).not.toHaveProperty('plain')
    expect(only([card, edit(2, 'ana', { seq: 1, text: 'Sold out', language: 'en' })]).plain).toBe('Sold out')
    expect(only([card, deletion(2, 'ana', 1)])).not.toHaveProperty('plain')
  })

  it('has the other fields of the edit as well', () => {
    const folded = only([hello, edit(2, 'ana', { v: 1, seq: 1, text: 'hello', language: 'en' })])
    expect([folded.contentType, JSON.parse(decode(folded.payload))]).toEqual([
      'application/json',
      { text: 'hello', language: 'en' },
    ])
  })

  it('by somebody else reads as it did', () => {
    expect(only([hello, edit(2, 'ben', { seq: 1, text: 'bye' })])).toEqual(hello)
  })

  it('by the vendor itself reads as that says', () => {
    const folded = only([hello, edit(2, 'desk', { seq: 1, text: '***' }, { fromRole: 'vendor' })])
    expect(decode(folded.payload)).toBe('***')
  })
})

describe('A message that was deleted', () => {
  it('has who said it and when, and nothing of what it said', () => {
    const whole = { ...hello, replyTo: 'id-0', to: 'ben', traceparent: '00-x', properties: [['mood', 'bad'] as const] }
    const folded = only([whole, reaction(2, 'ben', { seq: 1, reaction: '👍' }), deletion(3, 'ana', 1)])
    expect(folded).toEqual({
      ...{ seq: 1, id: 'id-1', from: 'ana', at: 1_001, type: 'text', replyTo: 'id-0', to: 'ben' },
      payload: new Uint8Array(),
      deleted: { seq: 3, at: 1_003, from: 'ana' },
    })
  })

  it('stays deleted when it is edited later', () => {
    expect(only([hello, deletion(2, 'ana', 1), edit(3, 'ana', { seq: 1, text: 'back' })]).deleted?.seq).toBe(2)
  })

  it('by somebody else is still there, and by the vendor itself is not', () => {
    expect(only([hello, deletion(2, 'ben', 1)])).toEqual(hello)
    expect(only([hello, deletion(2, 'desk', 1, { fromRole: 'vendor' })]).deleted).toMatchObject({ from: 'desk' })
  })
})

describe('A message with reactions', () => {
  it('has each with the clients who have it, in the order in which they came', () => {
    const folded = only([
      hello,
      reaction(2, 'cem', { seq: 1, reaction: '❤️' }),
      reaction(3, 'ben', { seq: 1, reaction: '👍' }),
      reaction(4, 'ana', { seq: 1, reaction: '❤️' }),
      reaction(5, 'ben', { seq: 1, reaction: '👍' }),
    ])
    expect(folded.reactions).toEqual([
      { reaction: '❤️', clients: ['cem', 'ana'] },
      { reaction: '👍', clients: ['ben'] },
    ])
  })

  it('has none that was taken back, and has it again when it is given again', () => {
    const entries = [
      hello,
      reaction(2, 'ben', { seq: 1, reaction: '__proto__' }),
      reaction(3, 'ben', { seq: 1, reaction: '__proto__', removed: true }),
    ]
    expect(only(entries).reactions).toBeUndefined()
    const again = [...entries, reaction(4, 'ben', { seq: 1, reaction: '__proto__' })]
    expect(only(again).reactions).toEqual([{ reaction: '__proto__', clients: ['ben'] }])
  })
})

describe('What refers to a message', () => {
  it('that is not there, is left out and harms nothing', () => {
    expect(foldMessages([edit(5, 'ana', { seq: 2, text: 'x' }), deletion(6, 'ana', 3), text(7, 'ana', 'hi')])).toEqual([
      text(7, 'ana', 'hi'),
    ])
  })

  it('and came before it has no effect', () => {
    expect(only([edit(1, 'ana', { seq: 2, text: 'x' }), text(2, 'ana', 'hi')])).toEqual(text(2, 'ana', 'hi'))
  })

  it('and refers to something else in its turn has no effect', () => {
    const takenBack = [hello, edit(2, 'ana', { seq: 1, text: 'hello' }), deletion(3, 'ana', 2)]
    expect(decode(only(takenBack).payload)).toBe('hello')
  })

  it('and can’t be read is a message like any other', () => {
    const broken = entry(2, { from: 'ana', type: 'edit', payload: new Uint8Array([0xff]) })
    const newer = entry(3, { from: 'ana', ...writeBody('delete', { seq: 1 }) })
    const fromTheFuture = { ...newer, payload: new TextEncoder().encode('{"v":2,"seq":1}') }
    expect([referenceOf(broken), referenceOf(fromTheFuture)]).toEqual([undefined, undefined])
    expect(foldMessages([hello, broken, fromTheFuture])).toEqual([hello, broken, fromTheFuture])
  })
})

const clients = fc.constantFrom('ana', 'ben', 'cem')
const target = fc.integer({ min: 1, max: 12 })

/** A journal in which everybody edits, deletes and reacts as they like, within what is allowed and beyond. */
const journal = fc
  .array(
    fc.oneof(
      fc.record({ kind: fc.constant('text' as const), from: clients, said: fc.string() }),
      fc.record({ kind: fc.constant('edit' as const), from: clients, target, said: fc.string() }),
      fc.record({ kind: fc.constant('delete' as const), from: clients, target, vendor: fc.boolean() }),
      fc.record({
        ...{ kind: fc.constant('reaction' as const), from: clients, target },
        ...{ reaction: fc.constantFrom('👍', '❤️'), removed: fc.boolean() },
      }),
    ),
    { maxLength: 12 },
  )
  .map((said) =>
    said.map((each, index): OpenEnvelope => {
      const seq = index + 1
      if (each.kind === 'text') return text(seq, each.from, each.said)
      if (each.kind === 'edit') return edit(seq, each.from, { seq: each.target, text: each.said })
      if (each.kind === 'reaction')
        return reaction(seq, each.from, { seq: each.target, reaction: each.reaction, removed: each.removed })
      return deletion(seq, each.from, each.target, each.vendor ? { fromRole: 'vendor' } : {})
    }),
  )

/** What people see of a message, with who has which reaction. */
interface Seen {
  text: string | undefined
  reactions: string[]
}

/** The same by walking once through the journal. */
const walked = (entries: readonly OpenEnvelope[]): Seen[] => {
  const shown = new Map<number, Seen & { from: string }>()
  for (const { seq, from, fromRole, type, payload } of entries) {
    if (type === 'text') {
      shown.set(seq, { from, text: decode(payload), reactions: [] })
      continue
    }
    const body = JSON.parse(decode(payload)) as { seq: number; text: string; reaction: string; removed?: boolean }
    const message = shown.get(body.seq)
    if (!message || message.text === undefined) continue
    const allowed = message.from === from || fromRole === 'vendor'
    if (type === 'edit' && allowed) message.text = body.text
    if (type === 'delete' && allowed) Object.assign(message, { text: undefined, reactions: [] })
    if (type !== 'reaction') continue
    const others = message.reactions.filter((pair) => pair !== `${from} ${body.reaction}`)
    message.reactions = body.removed ? others : [...others, `${from} ${body.reaction}`]
  }
  return [...shown.values()].map(({ text: said, reactions }) => ({ text: said, reactions: reactions.sort() }))
}

const seenOf = ({ payload, deleted, reactions = [] }: FoldedMessage): Seen => ({
  text: deleted ? undefined : decode(payload),
  reactions: reactions.flatMap(({ reaction: each, clients: by }) => by.map((client) => `${client} ${each}`)).sort(),
})

describe('Folding', () => {
  it('gives the same whatever the order in which entries come, and however often', () => {
    const arrivals = journal.chain((entries) =>
      fc.tuple(fc.constant(entries), fc.shuffledSubarray([...entries, ...entries], { minLength: entries.length * 2 })),
    )
    fc.assert(
      fc.property(arrivals, ([entries, arrived]) => {
        expect(foldMessages(arrived)).toEqual(foldMessages(entries))
      }),
    )
  })

  it('of one message gives what folding all gives', () => {
    fc.assert(
      fc.property(journal, (entries) => {
        const messages = entries.filter(({ type }) => type === 'text')
        expect(messages.map((message) => foldMessage(message, entries))).toEqual(foldMessages(entries))
      }),
    )
  })

  it('gives what walking through the journal gives', () => {
    fc.assert(
      fc.property(journal, (entries) => {
        expect(foldMessages(entries).map(seenOf)).toEqual(walked(entries))
      }),
    )
  })

  it('survives JSON', () => {
    fc.assert(
      fc.property(journal, (entries) => {
        for (const message of foldMessages(entries)) {
          const folded = toFoldedEnvelope(message)
          expect(FoldedEnvelope.parse(JSON.parse(JSON.stringify(folded)))).toEqual(folded)
        }
      }),
    )
  })
})
