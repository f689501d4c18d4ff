import type { Around } from '../authoring/around.js'
import { beginning, wordsIn } from './answers/words.js'
import { claims, type Filled, type Slot } from './slots.js'
import { writtenAs } from './written-as.js'

/**
 * What "a salad" and "one large pizza" tell of the number that is asked for: an article, or the word for one, counts where
 * it stands right before something that is chosen from a list. Elsewhere it is said of what nobody counts.
 *
 * @param told what the text says otherwise, or was known before
 */
export function single(slots: readonly Slot[], told: Filled, text: string, around: Around): Filled {
  const [count, ...others] = slots.filter(({ answer }) => answer.counts)
  if (!count || others.length > 0 || count.name in told || !saysOne(slots, text, around)) return {}
  const reading = count.answer.read(writtenAs('1'), around)
  return reading.ok ? { [count.name]: reading.value } : {}
}

function saysOne(slots: readonly Slot[], text: string, around: Around): boolean {
  const { articles = [] } = around.language.answers.numbers
  const words = wordsIn(beginning(text))
  const said = words.filter(({ folded }) => articles.includes(folded))
  if (said.length === 0) return false
  const all = claims(slots, text, around)
  return said.some(
    (article) =>
      !all.some(({ start, end }) => start < article.end && article.start < end) &&
      all.some(({ slot, start }) => slot.answer.choices && /^\s+$/.test(text.slice(article.end, start))),
  )
}
