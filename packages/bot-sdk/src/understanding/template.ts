import { RE2JS } from 're2js'
import { type EntityKinds, isList } from './entity-kinds.js'
import { LinearPattern } from './linear-pattern.js'
import { isUnspaced, respelled } from './spelling.js'

/** What a template matches. */
export interface Template {
  /** All of a text. */
  whole: LinearPattern
  /** A part of it, as the group `part`; what is captured at the end goes on to the end of the line. */
  part: LinearPattern
}

export const part = 'part__'

const before = '[\\s¡¿"\'(«„“]*'
const after = '[\\s.,;:!?…。！？،؟)"\'»”]*'
const gap = '[\\s,]+'
const noLetter = '[^\\p{L}\\p{M}\\p{N}]'
/** @throws TypeError where the template is not well formed */
export function templateOf(template: string, kinds: EntityKinds): Template {
  const pieces = piecesOf(template)
  const body = bodyOf(pieces, kinds)
  const [first, last] = [pieces[0]?.text ?? '', pieces.at(-1)?.text ?? '']
  const opens = isUnspaced(shown(first, kinds)[0] ?? '') ? '' : `(?:^|${noLetter})`
  const closes = isUnspaced(shown(last, kinds).at(-1) ?? '') ? '' : `(?:$|${noLetter})`
  const isOpen = isFree(last, kinds)
  return {
    whole: new LinearPattern(`(?i)^${before}${body}${after}$`),
    part: new LinearPattern(`(?i)${opens}(?P<${part}>${body})${isOpen ? `${after}(?:$|\\n)` : closes}`),
  }
}

interface Piece {
  /** A word, or several captures and words without space between them. */
  text: string
  isOptional: boolean
}

const hole = /(\{[^{}]*\})/
const name = /^[A-Za-z_][A-Za-z0-9_]*$/

function piecesOf(template: string): readonly Piece[] {
  const parts = respelled(template).split(/(\[[^[\]]*\])/)
  const pieces = parts.flatMap((text) =>
    text.startsWith('[')
      ? [{ text: text.slice(1, -1).trim(), isOptional: true }]
      : text
          .split(/\s+/)
          .filter((word) => word !== '')
          .map((word) => ({ text: word, isOptional: false })),
  )
  if (pieces.some(({ text }) => text === '' || /[[\]{}]/.test(text.replaceAll(/\{\w+\}/g, ''))))
    throw new TypeError('{ and }, [ and ] have to come in pairs, with something between them, and no [ within [ ]')
  if (pieces.every(({ isOptional }) => isOptional)) throw new TypeError('one word at least has to be there')
  return pieces
}

/** Every piece brings the space before it; those before the first that has to be there, the space after them. */
function bodyOf(pieces: readonly Piece[], kinds: EntityKinds): string {
  const first = pieces.findIndex(({ isOptional }) => !isOptional)
  return pieces
    .map(({ text, isOptional }, at) => {
      const source = text
        .split(/\s+/)
        .map((word) => sourceOf(word, kinds))
        .join(gap)
      if (!isOptional) return at === first ? source : gap + source
      return at < first ? `(?:${source}${gap})?` : `(?:${gap}${source})?`
    })
    .join('')
}

const sourceOf = (word: string, kinds: EntityKinds): string =>
  word
    .split(hole)
    .filter((piece) => piece !== '')
    .map((piece) => (hole.test(piece) ? capture(piece.slice(1, -1), kinds) : RE2JS.quote(piece)))
    .join('')

function capture(entity: string, kinds: EntityKinds): string {
  if (!name.test(entity) || entity === part) throw new TypeError(`{${entity}} is no name: use letters, digits and _`)
  const kind = kinds[entity]
  if (!isList(kind)) return `(?P<${entity}>.+?)`
  return `(?P<${entity}>${wordsOf(kind)})`
}

/** Any of these, the longest first. */
const wordsOf = (choices: readonly string[]): string =>
  [...choices]
    .sort((one, other) => other.length - one.length)
    .map((choice) => respelled(choice).trim().split(/\s+/).map(RE2JS.quote).join('\\s+'))
    .join('|')

/** Finds any of the choices where it stands as a word of its own, as the group `part`. */
export const wholeWords = (choices: readonly string[]): LinearPattern => {
  const [opens, closes] = choices.some(isUnspaced) ? ['', ''] : [`(?:^|${noLetter})`, `(?:$|${noLetter})`]
  return new LinearPattern(`(?i)${opens}(?P<${part}>${wordsOf(choices)})${closes}`)
}

const isFree = (piece: string, kinds: EntityKinds): boolean => {
  const [, entity] = piece.match(/\{(\w+)\}$/) ?? []
  return entity !== undefined && !isList(kinds[entity])
}

/** A piece as it may be written. */
const shown = (piece: string, kinds: EntityKinds): string =>
  piece.replaceAll(/\{(\w+)\}/g, (_, entity: string) => {
    const kind = kinds[entity]
    return isList(kind) ? (kind[0] ?? '') : 'x'
  })
