import type { Fills, Person, Place, Presses, Sends } from './line.js'
import { valuesAsWritten, valuesFrom } from './values.js'

/** What a person does other than speak. Reading throws an error that says what is wrong. */
interface Verb<TStep extends Person> {
  read(words: string, person: Person, place: Place): TStep
  /** What stands behind the verb. */
  write(step: Omit<TStep, 'kind' | keyof Person | keyof Place>): string
}

/** `ana presses "Large"`; the quotation marks may be left out. */
const presses: Verb<Presses> = {
  read: (words, person, place) => {
    forbidPlace(place, 'presses')
    if (words === '') throw new Error(`Say what ${person.who} presses: ${person.who} presses "Large"`)
    return { kind: 'presses', ...person, choice: /^".*"$/s.test(words) ? textFrom(words) : words }
  },
  write: ({ choice }) => JSON.stringify(choice),
}

/** `ana fills size=large, count=2`. */
const fills: Verb<Fills> = {
  read: (words, person, place) => {
    forbidPlace(place, 'fills')
    return { kind: 'fills', ...person, values: valuesFrom(words) }
  },
  write: ({ values }) => valuesAsWritten(values),
}

/** `ana sends location {"latitude":48.2,"longitude":16.37}`: the type, and the body as JSON. */
const sends: Verb<Sends> = {
  read: (words, person, place) => {
    const { who } = person
    const { type, json = '' } = /^(?<type>[^\s"{[]+)(?: +(?<json>.*))?$/s.exec(words)?.groups ?? {}
    if (type === undefined)
      throw new Error(`Say what ${who} sends, by its type: ${who} sends location {"latitude":48.2}`)
    return { kind: 'sends', ...person, ...place, type, body: bodyFrom(json, type) }
  },
  write: ({ type, body }) => `${type} ${JSON.stringify(body)}`,
}

export const verbs = { presses, fills, sends } as const

export type VerbName = keyof typeof verbs

const forbidPlace = (place: Place, verb: string): void => {
  if (Object.keys(place).length === 0) return
  throw new Error(`Who ${verb} answers where it was offered: leave out the place`)
}

const textFrom = (quoted: string): string => {
  try {
    return JSON.parse(quoted) as string
  } catch {
    throw new Error(`${quoted} is no text in quotation marks: write \\" for one within it`)
  }
}

const bodyFrom = (json: string, type: string): unknown => {
  try {
    return JSON.parse(json)
  } catch {
    const wrong = json === '' ? `The body of "${type}" is missing` : `${json} is no body`
    throw new Error(`${wrong}: write it as JSON, such as {"latitude":48.2}`)
  }
}
