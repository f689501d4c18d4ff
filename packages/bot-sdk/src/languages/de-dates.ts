import { casual } from 'chrono-node/de'

const hours = ['eins', 'zwei', 'drei', 'vier', 'fünf', 'sechs', 'sieben', 'acht', 'neun', 'zehn', 'elf', 'zwölf']

/** What chrono-node knows of German dates, and what it lacks: "3.4." and "halb sechs". */
export const dates = casual.clone()
dates.parsers.push(
  {
    pattern: () => /(?<![\d.])(\d{1,2})\.\s?(\d{1,2})\.(?!\s?\d)/,
    extract: (_, match) => ({ day: Number(match[1]), month: Number(match[2]) }),
  },
  {
    pattern: () => new RegExp(`\\bhalb (${hours.join('|')})(?!\\p{L})`, 'iu'),
    extract: (_, match) => ({ hour: hours.indexOf((match[1] ?? '').toLowerCase()), minute: 30 }),
  },
)
