import fc from 'fast-check'
import type { FormValues } from '../scene/acts/filling.js'

/**
 * Something that may be done in a random conversation. What is pressed and filled in is found out when it is done: a number
 * stands for one of what is offered then.
 */
export type Deed =
  | { kind: 'says'; who: number; text: string }
  /** Presses what is offered, or fills in the form, whichever was shown last; says the text where nothing was. */
  | { kind: 'answers'; who: number; text: string; picks: readonly number[]; values: FormValues }
  /** As long as this, or until something is due. */
  | { kind: 'waits'; duration: string | undefined }
  | { kind: 'restarts' }

export interface DeedsOptions {
  says: fc.Arbitrary<string> | readonly string[]
  fills?: Readonly<Record<string, fc.Arbitrary<unknown>>> | undefined
  waits?: readonly string[] | undefined
  people: number
  longest: number
}

/** So many simpler texts are tried in place of one at most. */
const mostTexts = 30

const usualWaits = ['1s', '1m', '15m', '1d'] as const
/** Fields of a form beyond so many are filled in as the first ones are. */
const mostPicks = 8

const textsOf = (says: DeedsOptions['says']): fc.Arbitrary<string> =>
  Array.isArray(says) ? fc.constantFrom(...(says as string[])) : (says as fc.Arbitrary<string>)

/** Texts in place of this one: those before it, or what it can be cut down to. */
export const simplerTexts = (says: DeedsOptions['says'], text: string): Iterable<string> => {
  if (Array.isArray(says)) return (says as string[]).slice(0, (says as string[]).indexOf(text))
  const simpler = (says as fc.Arbitrary<string>).shrink(text, undefined)
  return simpler.map(({ value }) => value).take(mostTexts)
}

export const deedsOf = ({ says, fills = {}, waits = usualWaits, people, longest }: DeedsOptions) => {
  const who = fc.nat({ max: people - 1 })
  const text = textsOf(says)
  const picks = fc.array(fc.nat({ max: 11 }), { minLength: mostPicks, maxLength: mostPicks })
  const deed: fc.Arbitrary<Deed> = fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('says' as const), who, text }) },
    {
      weight: 5,
      arbitrary: fc.record({ kind: fc.constant('answers' as const), who, text, picks, values: fc.record(fills) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('waits' as const),
        duration: fc.option(fc.constantFrom(...waits), { nil: undefined, freq: 1 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('restarts' as const) }) },
  )
  return fc.array(deed, { minLength: 1, maxLength: longest, size: 'max' })
}
