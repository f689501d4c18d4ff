/** A word of a text, and where it stands. */
export interface Word {
  /** Without case and accents. */
  folded: string
  start: number
  end: number
}

/** An answer says what it says in its first lines; parsers see no more, so that none of them takes long. */
const mostRead = 1_000

/** The beginning of a text; never half of a character. Places in it are those in the text. */
export const beginning = (text: string): string => {
  const cut = text.slice(0, mostRead)
  return /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut
}

/**
 * The beginning of a text as it looks: what is not seen, such as a zero-width space or a mark of direction, is gone, and
 * what only moves the line is a space.
 */
export const visible = (text: string): string =>
  beginning(text)
    .replace(/\p{Cf}/gu, '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()

/** Without case, accents and width: "CAFÉ" and "café" and "cafe" are one. */
export const fold = (text: string): string =>
  isPlain(text)
    ? text.toLowerCase().trim()
    : text
        .normalize('NFKD')
        .replace(/[\p{M}\p{Cf}]/gu, '')
        .toLowerCase()
        .replace(/ß/g, 'ss')
        .trim()

/** Most texts are: there is nothing to fold in them but case. */
const isPlain = (text: string): boolean => !/[^ -~]/.test(text)

export const wordsIn = (text: string): readonly Word[] =>
  [...text.matchAll(/[\p{L}\p{N}\p{M}\p{Cf}]+/gu)]
    .map((match) => ({ folded: fold(match[0]), start: match.index, end: match.index + match[0].length }))
    .filter(({ folded }) => folded !== '')

export const foldedWords = (text: string): readonly string[] =>
  isFolded(text) ? text.split(/[ -]/) : wordsIn(text).map(({ folded }) => folded)

/** Words that are written as they are compared, of which it is enough to see where they end. */
const isFolded = (text: string): boolean => /^[a-z]+([ -][a-z]+)*$/.test(text)
