import { entityValue } from './entity-kinds.js'
import type { LinearPattern, Span } from './linear-pattern.js'
import type { Entity } from './port.js'
import { part, wholeWords } from './template.js'

/** Finds what lists name, anywhere in a text. */
export class EntityFinder {
  readonly #lists: readonly { name: string; list: readonly string[]; pattern: LinearPattern }[]

  constructor(lists: Readonly<Record<string, readonly string[]>>) {
    this.#lists = Object.entries(lists).map(([name, list]) => ({ name, list, pattern: wholeWords(list) }))
  }

  /** In the order of the text, and none within another one. */
  find(text: string): readonly Entity[] {
    const found = this.#lists.flatMap(({ name, list, pattern }) =>
      [...spansIn(text, pattern)].flatMap((span) => {
        const written = text.slice(span.start, span.end)
        const value = entityValue(list, written)
        return value ? [{ name, ...value, text: written, ...span, score: 1 }] : []
      }),
    )
    found.sort((one, other) => one.start - other.start || other.end - one.end)
    return found.filter(({ start }, at) => !found.slice(0, at).some(({ end }) => start < end))
  }
}

/** Nobody names more in one message. */
const most = 100

function* spansIn(text: string, pattern: LinearPattern): Generator<Span> {
  let from = 0
  for (let count = 0; count < most; count++) {
    const span = pattern.find(text.slice(from))?.groups.get(part)
    if (!span) return
    yield { start: from + span.start, end: from + span.end }
    from += span.end
  }
}
