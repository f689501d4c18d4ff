import { casual, GB } from 'chrono-node/en'
import { toCardinal as british } from 'n2words/en-GB'
import { toCardinal, toOrdinal } from 'n2words/en-US'
import type { AnswerWords, ExpectedPhrases, FileKind, NumberBounds } from './answering.js'
import { isMonthFirst } from './month-first.js'

const files: Record<FileKind, string> = { picture: 'a picture', sound: 'a sound', film: 'a film', file: 'a file' }

const bounds = ({ least, most, above, below }: Omit<NumberBounds, 'whole'>): string => {
  if (least !== undefined && most !== undefined) return ` from ${least} to ${most}`
  const parts = [
    ...(least === undefined ? [] : [`of at least ${least}`]),
    ...(above === undefined ? [] : [`above ${above}`]),
    ...(most === undefined ? [] : [`up to ${most}`]),
    ...(below === undefined ? [] : [`below ${below}`]),
  ]
  return parts.length === 0 ? '' : ` ${parts.join(' and ')}`
}

export const englishAnswers: AnswerWords = {
  yes: [
    ...['yes', 'y', 'yeah', 'yep', 'yup', 'sure', 'ok', 'okay', 'true', 'of course', 'certainly', 'absolutely'],
    ...['definitely', 'correct', 'exactly', 'right', "that's right", 'please do', 'do it', 'go ahead', 'fine'],
    ...['no problem', 'why not', '👍', '✅'],
  ],
  no: ['no', 'n', 'nope', 'nah', 'never', 'false', 'not', 'no thanks', 'no way', 'wrong', "don't", '👎', '❌'],
  unsure: ['no idea', 'not sure', 'unsure', "don't know", "don't care", 'yes and no', 'not now', 'right now'],
  endings: ['s', 'es'],
  not: ['not', "don't want", 'without'],
  numbers: {
    cardinals: [toCardinal, british, (n) => british(n).replace(/^one /, 'a ')],
    ordinals: [toOrdinal],
    named: {
      'a dozen': 12,
      dozen: 12,
      'half a dozen': 6,
      'two dozen': 24,
      'a couple': 2,
      'a pair': 2,
      none: 0,
      half: 0.5,
    },
    articles: ['a', 'an', 'one'],
    vague: ['lot', 'few', 'bit', 'little', 'bunch', 'number', 'handful', 'ton', 'load', 'heap', 'pile'],
    minus: ['minus', 'negative'],
  },
  dates: (locale) => (isMonthFirst(locale) ? casual : GB),
}

export const englishExpected: ExpectedPhrases = {
  yesOrNo: 'yes or no',
  date: 'a date, such as "tomorrow" or "24 December"',
  time: 'a time, such as "17:30"',
  dateAndTime: 'a day and a time, such as "tomorrow at 17:30"',
  email: 'an email address',
  phone: 'a phone number',
  phoneWithCode: 'a phone number with its country code, such as +44',
  contact: 'an email address or a phone number',
  location: 'a place: share your location, or send a link to a map',
  webAddress: 'a web address',
  oneOf: (list) => `one of ${list}`,
  number: ({ whole, ...range }) => `${whole ? 'a whole number' : 'a number'}${bounds(range)}`,
  text: ({ least, most }) => {
    if (least !== undefined && most !== undefined) return `a text of ${least} to ${most} characters`
    return least === undefined ? `a text of up to ${most} characters` : `a text of at least ${least} characters`
  },
  file: (kind, { most }) => `${files[kind]}${most === undefined ? '' : ` of up to ${most}`}`,
  wrong: (answer, expected) => (answer === undefined ? `That is not ${expected}.` : `"${answer}" is not ${expected}.`),
}
