import type { Features } from './network.js'
import { isUnspaced } from './spelling.js'

/** What a text is compared by: its words, and what its words are made of, so that their other forms are like them. */
export function featuresOf(texts: readonly string[], entities: readonly string[]): Features {
  const features = new Set(entities.map((entity) => `entity ${entity}`))
  for (const text of texts)
    for (const word of text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [])
      addWord(features, word)
  return features
}

function addWord(features: Set<string>, word: string): void {
  features.add(`word ${word}`)
  const letters = [...`^${word}$`]
  const length = isUnspaced(word) ? 2 : 3
  for (let at = 0; at + length <= letters.length; at++) features.add(`part ${letters.slice(at, at + length).join('')}`)
}
