import { toCardinal, toOrdinal } from 'n2words/de-DE'
import type { AnswerWords, ExpectedPhrases, FileKind, NumberBounds } from './answering.js'
import { dates } from './de-dates.js'

const files: Record<FileKind, string> = {
  picture: 'ein Bild',
  sound: 'eine Tonaufnahme',
  film: 'ein Film',
  file: 'eine Datei',
}

const bounds = ({ least, most, above, below }: Omit<NumberBounds, 'whole'>): string => {
  if (least !== undefined && most !== undefined) return ` von ${least} bis ${most}`
  const parts = [
    ...(least === undefined ? [] : [`ab ${least}`]),
    ...(above === undefined ? [] : [`über ${above}`]),
    ...(most === undefined ? [] : [`bis ${most}`]),
    ...(below === undefined ? [] : [`unter ${below}`]),
  ]
  return parts.length === 0 ? '' : ` ${parts.join(' und ')}`
}

/** "der zweite", "das zweite", "den zweiten" */
const ordinals = ['', 'r', 's', 'n', 'm'].map((ending) => (n: number) => `${toOrdinal(n)}${ending}`)

export const germanAnswers: AnswerWords = {
  yes: [
    ...['ja', 'j', 'jep', 'jo', 'jawohl', 'klar', 'sicher', 'ok', 'okay', 'gerne', 'gern', 'natürlich', 'genau'],
    ...['richtig', 'stimmt', 'passt', 'bitte', 'auf jeden Fall', 'kein Problem', 'warum nicht', 'wahr', '👍', '✅'],
  ],
  no: [
    ...['nein', 'n', 'nö', 'nee', 'niemals', 'nicht', 'falsch', 'nein danke', 'auf keinen Fall', 'lieber nicht'],
    ...['stimmt nicht', 'passt nicht', 'bitte nicht', 'nicht richtig', '👎', '❌'],
  ],
  unsure: ['nicht sicher', 'weiß nicht', 'keine Ahnung', 'jein', 'ja und nein', 'egal'],
  endings: ['e', 'n', 'en', 's'],
  not: ['nicht', 'kein', 'keine', 'keinen', 'ohne'],
  numbers: {
    cardinals: [toCardinal, (n) => toCardinal(n).replace(/^ein(hundert|tausend)/, '$1')],
    ordinals,
    named: {
      ein: 1,
      eine: 1,
      einen: 1,
      zwo: 2,
      'ein paar': 2,
      'ein Dutzend': 12,
      Dutzend: 12,
      'ein halbes Dutzend': 6,
      'zwei Dutzend': 24,
      anderthalb: 1.5,
      eineinhalb: 1.5,
      halb: 0.5,
      keine: 0,
      keinen: 0,
    },
    articles: ['ein', 'eine', 'einen'],
    vague: ['menge', 'haufen', 'reihe', 'anzahl', 'handvoll', 'bisschen', 'wenig', 'stapel', 'berg', 'unmenge'],
    minus: ['minus'],
  },
  dates: () => dates,
}

export const germanExpected: ExpectedPhrases = {
  yesOrNo: 'ja oder nein',
  date: 'ein Datum, etwa „morgen“ oder „24. Dezember“',
  time: 'eine Uhrzeit, etwa „17:30“',
  dateAndTime: 'ein Tag und eine Uhrzeit, etwa „morgen um 17:30“',
  email: 'eine E-Mail-Adresse',
  phone: 'eine Telefonnummer',
  phoneWithCode: 'eine Telefonnummer mit Landesvorwahl, etwa +49',
  contact: 'eine E-Mail-Adresse oder eine Telefonnummer',
  location: 'ein Ort: ein geteilter Standort oder ein Link zu einer Karte',
  webAddress: 'eine Webadresse',
  oneOf: (list) => list,
  number: ({ whole, ...range }) => `${whole ? 'eine ganze Zahl' : 'eine Zahl'}${bounds(range)}`,
  text: ({ least, most }) => {
    if (least !== undefined && most !== undefined) return `ein Text mit ${least} bis ${most} Zeichen`
    return least === undefined ? `ein Text mit höchstens ${most} Zeichen` : `ein Text mit mindestens ${least} Zeichen`
  },
  file: (kind, { most }) => `${files[kind]}${most === undefined ? '' : ` mit höchstens ${most}`}`,
  wrong: (answer, expected) =>
    `${answer === undefined ? 'Das' : `„${answer}“`} passt leider nicht. Richtig wäre: ${expected}.`,
}
