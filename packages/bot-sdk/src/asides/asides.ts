import { bareText } from './bare-text.js'
import { correctionIn } from './corrections.js'
import { type AsideHeard, type AsideWords, asideNames } from './port.js'

/** The way to turn aside that a text is, if it is one. `/cancel` and its like work in every language. */
export function asideIn(text: string, words: AsideWords): AsideHeard | undefined {
  if (text.length > longest) return undefined
  const bare = bareText(text)
  const type = asideNames.find((name) => words.language.asides[name].includes(bare) || bare === `/${name}`)
  if (type) return words.asides[type] ? { type } : undefined
  return words.asides.correct ? correctionIn(text, words) : undefined
}

/** Nobody turns aside at such length. */
const longest = 500
