import { RE2JS } from 're2js'

/** A part of a text: where it begins, and the first after it, in UTF-16 units. */
export interface Span {
  start: number
  end: number
}

export interface Match extends Span {
  /** Of the groups with names, those that took part. */
  groups: ReadonlyMap<string, Span>
}

/** A pattern that matches in time that grows with the text alone, whatever the text is: there is no backtracking. */
export class LinearPattern {
  readonly #compiled: RE2JS
  readonly #names: readonly string[]

  /** @throws TypeError where the pattern needs backtracking */
  constructor(pattern: RegExp | string) {
    this.#compiled = compile(pattern)
    this.#names = Object.keys(this.#compiled.namedGroups())
  }

  /** The first match in the text. */
  find(text: string): Match | undefined {
    // Saying that there is none, the common case, is several times faster than saying where.
    if (!this.#compiled.test(text)) return undefined
    const matcher = this.#compiled.matcher(text)
    if (!matcher.find()) return undefined
    const groups = new Map<string, Span>()
    for (const name of this.#names)
      if (matcher.start(name) >= 0) groups.set(name, { start: matcher.start(name), end: matcher.end(name) })
    return { start: matcher.start(), end: matcher.end(), groups }
  }
}

function compile(pattern: RegExp | string): RE2JS {
  if (typeof pattern === 'string') return RE2JS.compile(pattern)
  if (/[vy]/.test(pattern.flags)) throw new TypeError(`${pattern} has the flag v or y: leave it out`)
  // It would be taken for the letter k.
  if (/\\k</.test(pattern.source)) throw unable(pattern, 'it has a back reference')
  try {
    return RE2JS.compile(RE2JS.translateRegExp(pattern))
  } catch (error) {
    throw unable(pattern, error instanceof Error ? error.message : String(error))
  }
}

const unable = (pattern: RegExp, why: string) =>
  new TypeError(
    `${pattern} can't be matched in linear time; use no look-around, back references or huge counts: ${why}`,
  )
