import type { EntityKinds, EntityValue } from './entity-kinds.js'
import { entityValue } from './entity-kinds.js'
import type { Intent } from './intent.js'
import { LinearPattern, type Match, type Span } from './linear-pattern.js'
import { together } from './one-after-another.js'
import type { Entity, Recogniser, Understood } from './port.js'
import { respelled } from './spelling.js'
import { part, type Template, templateOf } from './template.js'
import type { TypedRecogniser } from './typed-recogniser.js'

/**
 * What {@link patterns} look for.
 *
 * @example
 * patterns({
 *   intents: { order: ['[i want to] order {count} {dish}', /^a (?<dish>\w+), please$/i] },
 *   entities: { count: z.coerce.number().int(), dish: ['pizza', 'salad'] },
 * })
 */
export interface PatternsOptions<TName extends string, TKinds extends EntityKinds> {
  /**
   * Patterns by intent. In a template, words match in any case of letters, with any white space between them and
   * punctuation around them; `{name}` stands for an entity, as short as the rest allows; `[what is in brackets]` may be
   * missing. A regular expression gives its entities as groups with names.
   */
  intents: Readonly<Record<TName, readonly (string | RegExp)[]>>
  /** What the entities are; texts, where nothing is said of them. A pattern whose entity is something else does not match. */
  entities?: TKinds
}

/**
 * Recognises by patterns. One that matches all of a text has the score 1, one that matches a part of it from 0.55 to 0.95,
 * as much as it matches.
 *
 * Nothing is recognised in a text of more than 32,768 characters. Matching takes time that grows with the text alone, whatever is written: regular expressions run on RE2's engine. It has
 * no look-around and no back references.
 *
 * @throws TypeError at once where a pattern can't be used, naming it
 * @example
 * const understand = patterns({
 *   intents: { order: ['[i want to] order {count} {dish}', /^i want (?<dish>.+)$/i], hours: ['when are you open'] },
 *   entities: { count: z.coerce.number(), dish: ['pizza', 'salad'] },
 * })
 * type Events = Heard<IntentsOf<typeof understand>>
 */
export function patterns<const TName extends string, const TKinds extends EntityKinds = Record<never, never>>({
  intents,
  entities,
}: PatternsOptions<TName, TKinds>): TypedRecogniser<
  TName extends string ? Intent<TName, { [TEntity in keyof TKinds]: EntityValue<TKinds[TEntity]> }> : never
> {
  const kinds: EntityKinds = entities ?? {}
  const compiled = Object.entries<readonly (string | RegExp)[]>(intents).map(([name, each]) => ({
    name,
    patterns: each.map((pattern, at) => compile(pattern, kinds, `intents.${name}[${at}]`)),
  }))
  const recognise: Recogniser['recognise'] = (heard) => {
    if (heard.text.length > mostCharacters) return undefined
    const text = respelled(heard.text)
    const found = compiled.flatMap(({ name, patterns }) => best(name, text, patterns) ?? [])
    return found.sort(byScore).reduce<Understood | undefined>(together, undefined)
  }
  return { recognise }
}

/** That long is no message that says one thing, but something that was pasted; it would cost time for nothing. */
const mostCharacters = 32_768

/** What a pattern finds in a text, if it matches. */
type Find = (text: string) => Found | undefined

interface Found {
  score: number
  entities: readonly Entity[]
}

function compile(pattern: string | RegExp, kinds: EntityKinds, path: string): Find {
  try {
    return typeof pattern === 'string'
      ? findByTemplate(templateOf(pattern, kinds), kinds)
      : findByExpression(new LinearPattern(pattern), kinds)
  } catch (error) {
    throw new TypeError(`patterns: ${path}: ${error instanceof Error ? error.message : error}`, { cause: error })
  }
}

const findByTemplate =
  ({ whole, part }: Template, kinds: EntityKinds): Find =>
  (text) =>
    found(text, whole.find(text), kinds) ?? found(text, part.find(text), kinds)

const findByExpression =
  (pattern: LinearPattern, kinds: EntityKinds): Find =>
  (text) =>
    found(text, pattern.find(text), kinds)

function found(text: string, match: Match | undefined, kinds: EntityKinds): Found | undefined {
  if (!match) return undefined
  const score = scoreOf(text, match.groups.get(part) ?? match)
  const entities: Entity[] = []
  for (const [name, span] of match.groups) {
    if (name === part) continue
    const entity = entityOf(name, text, span, kinds)
    if (!entity) return undefined
    entities.push({ ...entity, score })
  }
  return { score, entities }
}

function entityOf(name: string, text: string, span: Span, kinds: EntityKinds): Omit<Entity, 'score'> | undefined {
  const raw = text.slice(span.start, span.end)
  const written = raw.trim()
  const value = entityValue(kinds[name], written)
  const start = span.start + raw.length - raw.trimStart().length
  return value && { name, ...value, text: written, start, end: start + written.length }
}

/** Punctuation and white space around it do not make a match a part. */
function scoreOf(text: string, { start, end }: Span): number {
  if (!isMore(text.slice(0, start)) && !isMore(text.slice(end))) return 1
  return 0.55 + (0.4 * (end - start)) / text.length
}

const isMore = (rest: string): boolean => /[^\s\p{P}]/u.test(rest)

function best(name: string, text: string, patterns: readonly Find[]): Understood | undefined {
  let known: Found | undefined
  for (const find of patterns) {
    const next = find(text)
    if (next && next.score > (known?.score ?? 0)) known = next
    if (known?.score === 1) break
  }
  return known && { intents: [{ name, score: known.score }], entities: known.entities }
}

const byScore = (one: Understood, other: Understood): number =>
  (other.intents[0]?.score ?? 0) - (one.intents[0]?.score ?? 0)
