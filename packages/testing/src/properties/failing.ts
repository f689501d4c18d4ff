import { writtenStep } from '../chat-files/write.js'
import type { CallSite } from '../failure/call-site.js'
import { ConversationFailure } from '../failure/conversation-failure.js'
import type { Violation } from './invariants.js'
import type { Found } from './search.js'

/** What does not hold, as a sentence. */
export const doesNotHold = ({ invariant, problem }: Violation): string => {
  const why = problem.trimEnd()
  return `It does not hold that ${invariant}: ${why}${/[.!?]$/.test(why) ? '' : '.'}`
}

/** @param saved the file in which it was saved, if it was */
export const failureOf = (
  { runs, length, course }: Found,
  { saved, site }: { saved: string | undefined; site: CallSite },
): ConversationFailure => {
  const violation = course.violation ?? { invariant: '', problem: '', situation: '' }
  const message = [
    doesNotHold(violation),
    `It was found in conversation ${runs + 1}, when ${times(length)} been done in it. The shortest in which it is so:`,
    ...course.steps.map((step) => `  ${writtenStep(step).replaceAll('\n', '\n  ')}`),
    ...(saved === undefined ? [] : [`It is saved as ${saved}, and a test from now on.`]),
  ]
  return new ConversationFailure({ message: message.join('\n') }, violation.situation, site)
}

const times = (count: number): string => (count === 1 ? 'one thing had' : `${count} things had`)
