import type { AnswerWords } from '../../languages/answering.js'
import { mentionsIn, optionIn } from './options.js'
import type { Reader } from './port.js'
import { foldedWords, visible } from './words.js'

/** What a schema takes for yes and for no. */
export interface YesAndNo {
  yes: unknown
  no: unknown
}

/** More words than these may have a "no" in them that is no answer, unless they begin with it. */
const mostWords = 4

/** Reads yes and no. What the schema itself takes goes first. */
export function yesOrNoReader({ yes, no }: YesAndNo): Reader {
  return {
    read: ({ text }, around) => {
      const said = saidIn(text, around.language.answers)
      return [visible(text), ...(said === undefined ? [] : [said ? yes : no])]
    },
    find: () => [],
    expected: (around) => around.language.expected.yesOrNo,
  }
}

function saidIn(text: string, { yes, no, unsure }: AnswerWords): boolean | undefined {
  const options = [
    { value: true, names: yes },
    { value: false, names: no },
    { value: undefined, names: unsure },
  ]
  const answer = visible(text)
  if (foldedWords(answer).length <= mostWords) return optionIn(options, answer)?.value
  const [first, ...others] = mentionsIn(options, answer)
  return first?.at === 0 && others.every(({ value }) => value === first.value) ? first.value : undefined
}
