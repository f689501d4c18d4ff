import type { CorrectHeard } from '../authoring/heard.js'
import { bareText } from './bare-text.js'
import type { AsideWords, Correctable } from './port.js'

/**
 * The correction that a text is, if it is one: of what it names, or else of what was answered last. The answer is as it
 * was written.
 */
export function correctionIn(text: string, words: AsideWords): CorrectHeard | undefined {
  const written = text.normalize('NFC').trim().replace(/\s+/g, ' ')
  const lower = written.toLowerCase()
  for (const { beginning, pieces } of patternsOf(words.language.corrections)) {
    const found = lower.startsWith(beginning) ? match(pieces, written) : undefined
    const slot = found && slotOf(found.slot, words)
    if (slot !== undefined)
      return {
        type: 'correct',
        slot,
        ...(found?.answer !== undefined && { answer: found.answer }),
        ...(found?.slot === undefined && { presumed: true }),
      }
  }
  return undefined
}

interface Pattern {
  /** Words, and the holes between them. */
  pieces: readonly string[]
  /** The words that it begins with; empty where it begins with a hole. */
  beginning: string
}

/** By the list of a language: every message is held against all of them. */
const known = new WeakMap<readonly string[], readonly Pattern[]>()

function patternsOf(corrections: readonly string[]): readonly Pattern[] {
  const patterns = known.get(corrections) ?? corrections.map(patternOf)
  known.set(corrections, patterns)
  return patterns
}

function patternOf(correction: string): Pattern {
  const pieces = correction.split(/(\{answer\}|\{slot\})/).filter((piece) => piece !== '')
  const [first = ''] = pieces
  return { pieces, beginning: holeOf(first) ? '' : first }
}

const holeOf = (piece: string): keyof Found | undefined =>
  piece === '{answer}' ? 'answer' : piece === '{slot}' ? 'slot' : undefined

interface Found {
  slot?: string
  answer?: string
}

/** Walks through the pattern's words and what stands between them, in time that grows with the text alone. */
function match(pieces: readonly string[], written: string): Found | undefined {
  const found: Found = {}
  let rest = written
  for (const [at, piece] of pieces.entries()) {
    const hole = holeOf(piece)
    if (hole) {
      const next = pieces[at + 1]
      const end = next === undefined ? rest.length : rest.toLowerCase().indexOf(next)
      if (end <= 0) return undefined
      found[hole] = rest.slice(0, end).trim()
      rest = rest.slice(end)
    } else {
      if (!rest.toLowerCase().startsWith(piece)) return undefined
      rest = rest.slice(piece.length)
    }
  }
  return bareText(rest) === '' ? withoutEnd(found) : undefined
}

/** A full stop ends the sentence, not the answer. */
const withoutEnd = ({ slot, answer }: Found): Found => ({
  ...(slot !== undefined && { slot: bareText(slot) }),
  ...(answer !== undefined && { answer: answer.replace(/[.!]$/, '') }),
})

function slotOf(named: string | undefined, { correctable, answered }: AsideWords): string | undefined {
  if (named === undefined) return answered
  const isCalled = ({ name, labels }: Correctable) => [name, ...labels].some((label) => label.toLowerCase() === named)
  return correctable.find(isCalled)?.name
}
