import type { Message } from '@daakia/client-sdk'
import { directMembers } from '@daakia/protocol'
import { textOf } from '../../failure/text-of.js'
import type { Place, Step } from '../line.js'
import { writeChat } from '../write.js'
import { Deeds } from './deeds.js'
import { Gaps } from './gaps.js'
import { botsIn } from './parties.js'

/** What was said in a conversation. */
export interface Journal {
  conversation: string
  members: readonly string[]
  /** In their order, from the beginning of a run on. */
  messages: readonly Message[]
}

/**
 * The conversation as a chat file that a test plays: what people did, what they heard, and the time in between. What can't
 * be said in a chat file is a comment in it.
 */
export const chatFileOf = (journal: Journal): string => writeChat(stepsOf(journal))

const stepsOf = (journal: Journal): Step[] => {
  const [first] = journal.messages
  if (!first) return [remark(`Nothing was said in ${journal.conversation}.`)]
  const bots = botsIn(journal)
  const people = journal.members.filter((member) => !bots.has(member))
  const gaps = new Gaps(first.at)
  const isDirect = directMembers(journal.conversation) !== undefined
  const place: Place = isDirect ? {} : { room: journal.conversation }
  const since = first.seq === 1 ? '' : ` from message ${first.seq} on`
  const hearers = new Hearers(people)
  const deeds = new Deeds(place)
  const said = journal.messages.flatMap((message): Step[] => {
    const isOfBot = bots.has(message.from)
    const gap = isOfBot ? gaps.beforeBot(message) : gaps.beforePerson(message)
    const steps = isOfBot ? deeds.seenBy(message) : deeds.doneBy(message)
    if (!isOfBot) hearers.spoke(message.from)
    return [...gap, ...steps, ...(isHeard(message) ? hearers.hear(message) : [])]
  })
  return [
    remark(`${journal.conversation}${since}, for tests of ${[...bots].join(', ')}.`),
    { kind: 'begins', at: gaps.beginning },
    ...(isDirect ? [] : [{ kind: 'gathers' as const, room: journal.conversation, members: journal.members }]),
    ...said,
  ]
}

/** What programs tell each other, and who came and went, is heard by nobody. */
const isHeard = ({ type }: Message): boolean => type !== 'event' && type !== 'member'

const remark = (text: string): Step => ({ kind: 'remark', text: `# ${text}` })

/** The people of a conversation, each of whom hears what all others say. */
class Hearers {
  readonly #people: readonly string[]
  /** Who is meant where nobody is named. */
  #speaker: string | undefined

  constructor(people: readonly string[]) {
    this.#people = people
  }

  spoke(person: string): void {
    this.#speaker = person
  }

  hear(message: Message): Step[] {
    return this.#people
      .filter((person) => person !== message.from)
      .map((person) => ({
        kind: 'hears',
        from: message.from,
        ...(person !== this.#speaker && { to: person }),
        expected: textOf(message),
      }))
  }
}
