import { type Anomaly, type Delivered, times } from './anomaly.js'

type Journals = ReadonlyMap<string, readonly Delivered[]>

/**
 * What is otherwise in these journals than in those of a conversation in which nothing went wrong. What one sender said is
 * compared with what that sender said: who of several spoke first may be another one each time.
 */
export const differences = (journals: Journals, wanted: Journals): Anomaly[] =>
  [...new Set([...wanted.keys(), ...journals.keys()])].flatMap((conversation) => {
    const all = [...(wanted.get(conversation) ?? []), ...(journals.get(conversation) ?? [])]
    return [...new Set(all.map(({ from }) => from))].flatMap((sender) =>
      differencesOf(sender, conversation, {
        actual: saidBy(sender, journals.get(conversation)),
        expected: saidBy(sender, wanted.get(conversation)),
      }),
    )
  })

const saidBy = (sender: string, journal: readonly Delivered[] = []): string[] =>
  journal.filter(({ from }) => from === sender).map(({ text }) => text)

const differencesOf = (
  sender: string,
  conversation: string,
  { actual, expected }: { actual: readonly string[]; expected: readonly string[] },
): Anomaly[] => {
  const found: Anomaly[] = []
  const note = (kind: Anomaly['kind'], text: string, what: string) =>
    found.push({
      kind,
      text: `${sender} ${what} ${JSON.stringify(text)} in ${conversation}`,
      ...(kind === 'lost' && { mayCome: true }),
    })
  for (const text of new Set([...expected, ...actual])) {
    const [wanted, got] = [countOf(text, expected), countOf(text, actual)]
    if (wanted === 0) note('stale', text, 'would not have said')
    else if (got > wanted) note('doubled', text, `said ${got} times, and not ${times(wanted)},`)
    else if (got < wanted)
      note('lost', text, got === 0 ? 'has not said' : `said ${times(got)}, and not ${times(wanted)},`)
  }
  const index = expected.findIndex((text, at) => actual[at] !== text)
  if (found.length === 0 && index >= 0) note('reordered', actual[index] ?? '', 'said in another order')
  return found
}

const countOf = (text: string, all: readonly string[]): number => all.filter((each) => each === text).length
