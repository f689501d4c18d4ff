import type { Happening, HistoryEvent } from '../../src/history/event.js'
import { judge, type Verdict } from '../../src/report/verdict.js'

/** Who says what, and when, milliseconds. */
export type Word = readonly [from: string, text: string, at?: number]

type Line = Partial<Extract<Happening, { what: 'journal' }>>

/** A history made by hand: ana, ben and the bot alpha in a room, and what is said of them. */
export class HandMade {
  readonly #events: HistoryEvent[] = []
  #seq = 0
  #ms: number | undefined

  constructor() {
    this.note('checker', { what: 'room', type: 'ok', conversation: 'room', members: ['ana', 'ben'], bots: [] })
    this.note('checker', { what: 'room', type: 'ok', conversation: 'help', members: ['ana', 'alpha'], bots: ['alpha'] })
  }

  note(who: string, happening: Happening): this {
    const n = this.#events.length
    this.#events.push({ n, ms: this.#ms ?? n, who, ...happening })
    return this
  }

  /** What comes now happens then; milliseconds. */
  at(ms: number): this {
    this.#ms = ms
    return this
  }

  /** Ana says it in the room, and is told what became of it. */
  sends(
    op: number,
    text: string,
    end: 'ok' | 'fail' | 'info' | undefined,
    more: { seq?: number; once?: boolean; ordered?: boolean } = {},
  ) {
    const { seq, once = true, ordered = true } = more
    const about = { client: 'ana', conversation: 'room', text, ordered, once, ...(once && { id: text }) }
    this.note('ana/phone', { what: 'send', type: 'invoke', op, ...about })
    if (end === 'ok') this.note('ana/phone', { what: 'send', type: 'ok', op, copies: 1, ...(seq && { seq }) })
    else if (end) this.note('ana/phone', { what: 'send', type: end, op, reason: 'because' })
    return this
  }

  subscribes(who: string, way: 'session' | 'since' | 'sdk' = 'since'): this {
    const client = who.split('/')[0] as string
    return this.note(who, { what: 'subscribed', type: 'ok', client, way, pos: '7:0' })
  }

  hears(
    who: string,
    text: string,
    seq: number,
    more: { epoch?: number; offset?: number; connection?: number; resync?: true; dup?: true } = {},
  ): this {
    const { epoch = 7, offset = seq, connection = 1, resync, dup } = more
    const client = who.split('/')[0] as string
    const about = {
      client,
      conversation: 'room',
      text,
      seq,
      id: text,
      from: 'ana',
      pos: `${epoch}:${offset}`,
      connection,
    }
    return this.note(who, { what: 'hear', type: 'ok', ...about, ...(resync && { resync }), ...(dup && { dup }) })
  }

  reads(
    op: number,
    range: { after?: number; limit: number },
    texts: readonly string[],
    first: number,
    head: number,
  ): this {
    this.note('ben/web', { what: 'read', type: 'invoke', op, client: 'ben', conversation: 'room', ...range })
    const messages = texts.map((text, index) => ({ seq: first + index, from: 'ana', id: text, at: 0, text }))
    return this.note('ben/web', { what: 'read', type: 'ok', op, head, messages })
  }

  /** What the journal of the room has in the end, and the inboxes of its members. */
  has(...texts: string[]): this {
    return texts.reduce((self, text) => self.hasLine({ text, id: text }), this)
  }

  hasLine(line: Line & { text: string }): this {
    const { conversation = 'room', from = 'ana', seq = ++this.#seq, at = 0, text, id = text, kind } = line
    const found = { conversation, seq, from, id, at, text, ...(kind && { kind }) }
    return this.note('checker', { what: 'journal', type: 'ok', ...found })
  }

  inbox(client: string, ...seqs: number[]): this {
    for (const [index, seq] of seqs.entries())
      this.note('checker', { what: 'inbox', type: 'ok', client, offset: index + 1, conversation: 'room', seq })
    return this
  }

  /** In the room of the bot: who says what. */
  talk(...lines: Word[]): this {
    for (const [index, [from, text, at = index]] of lines.entries()) {
      this.hasLine({ conversation: 'help', from, text, at, seq: index + 1, id: `${from}-${index}` })
      for (const client of ['ana', 'alpha'])
        this.note('checker', {
          what: 'inbox',
          type: 'ok',
          client,
          offset: index + 1,
          conversation: 'help',
          seq: index + 1,
        })
    }
    return this
  }

  /** Ana makes a club with ben in it, and its journal has these: what is said, or who comes or goes by whom. */
  club(...lines: readonly (readonly [from: string, what: string | { change: string; clients: string[] }])[]): this {
    const about = { conversation: 'club', members: ['ana', 'ben'], bots: [], open: true } as const
    this.note('checker', { what: 'room', type: 'ok', ...about })
    for (const [index, [from, what]] of lines.entries()) {
      const line = { conversation: 'club', seq: index + 1, from, id: `${index}` }
      if (typeof what === 'string') this.hasLine({ ...line, text: what })
      else this.hasLine({ ...line, text: JSON.stringify(what), kind: 'member' })
    }
    return this
  }

  /** Ana asks for a change in the club. */
  changes(op: number, change: 'joined' | 'left', about: string, found?: { members: string[]; head: number }): this {
    const asked = { op, client: 'ana', conversation: 'club', change, about }
    this.note('ana/laptop', { what: 'change', type: 'invoke', ...asked })
    return this.note('ana/laptop', { what: 'change', type: 'ok', op, ...(found && { found }) })
  }

  /** The rules that are broken, in order, each once. */
  broken(...areas: string[]): string[] {
    const found = this.verdict(...areas).broken.filter(({ area }) => areas.includes(area))
    return [...new Set(found.map(({ rule }) => rule))]
  }

  verdict(...areas: string[]): Verdict {
    const ended: HistoryEvent = {
      n: this.#events.length,
      ms: this.#ms ?? 0,
      who: 'checker',
      what: 'phase',
      type: 'info',
      phase: 'end',
    }
    return judge([...this.#events, ended], areas)
  }
}

export const history = () => new HandMade()
