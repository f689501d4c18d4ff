import type { JournalLine } from '../history/event.js'
import type { Line, Story } from '../history/story.js'
import type { Room } from '../plan/cast.js'
import { type Answer, apology, readAnswer, readRequest } from '../programs/speech.js'
import type { Violation } from './violation.js'

export type BotRoom = Pick<Room, 'id' | 'bots'>

/** Each bot has answered each message that was for it once, in order, and has counted what it said without a gap. */
export const checkAnswers = (story: Story): Violation[] =>
  [...story.rooms].flatMap(([conversation, { bots }]) =>
    bots.flatMap((bot) => checkBot(bot, bots, conversation, story.journals.get(conversation) ?? [], story.whole)),
  )

/** What the bots of a conversation have not answered yet. */
export const openQuestions = ({ id, bots }: BotRoom, journal: readonly JournalLine[]): readonly string[] =>
  bots.flatMap((bot) => {
    return checkBot(bot, bots, id, numbered(journal), true)
      .filter(({ rule }) => rule === 'unanswered')
      .map(({ says }) => says)
  })

/** How many times the bot was sorry, and not for a message. */
export const sorryForTimers = (bot: string, { id, bots }: BotRoom, journal: readonly JournalLine[]): number =>
  walkThrough(bot, bots, id, numbered(journal)).sorryForNothingAsked

const numbered = (journal: readonly JournalLine[]): Line[] => journal.map((line, n) => ({ ...line, n }))

const answerTo = { say: 're', work: 're', remind: 'set', drop: 'dropped', break: 'broke' } as const

const checkBot = (
  bot: string,
  bots: readonly string[],
  conversation: string,
  lines: readonly Line[],
  whole: boolean,
): Violation[] => {
  const walk = walkThrough(bot, bots, conversation, lines)
  return whole ? [...walk.violations, ...walk.unanswered()] : walk.violations
}

const walkThrough = (bot: string, bots: readonly string[], conversation: string, lines: readonly Line[]): Walk => {
  const walk = new Walk(bot, conversation)
  for (const line of lines) {
    if (line.from === bot) walk.answer(line)
    // Bots do not hear each other.
    else if (!bots.includes(line.from)) walk.ask(line)
  }
  return walk
}

/** Goes through a journal with what is still to be answered in hand. */
class Walk {
  readonly violations: Violation[] = []
  readonly #where: string
  #open: Line[] = []
  readonly #answered = new Map<string, Line>()
  /** What the server gave up, said so, and may have been a message or a timer. */
  #givenUp = 0
  #last: { line: Line; count: number } | undefined

  constructor(bot: string, conversation: string) {
    this.#where = `${bot} in ${conversation}`
  }

  ask(line: Line): void {
    this.#open.push(line)
  }

  answer(line: Line): undefined {
    if (line.text === apology) this.#givenUp++
    else {
      const answer = readAnswer(line.text)
      if (!answer) return this.#break('strange answer', `said ${line.text}`, [line])
      this.#checkCount(line, answer)
      if (answer.kind !== 'ring') this.#settle(line, answer)
    }
  }

  unanswered(): Violation[] {
    const left = this.#open.slice(this.#givenUp)
    return left.map((line) => ({
      rule: 'unanswered',
      says: `${this.#where} never answered ${line.text}`,
      events: [line.n],
    }))
  }

  get sorryForNothingAsked(): number {
    return Math.max(0, this.#givenUp - this.#open.length)
  }

  #checkCount(line: Line, { count }: Answer): void {
    const before = this.#last
    this.#last = { line, count }
    if (count === (before?.count ?? 0) + 1) return
    const says = `said #${count} after #${before?.count ?? 0}: its state was lost, doubled or forked`
    this.#break('state', says, before ? [before.line, line] : [line])
  }

  #settle(line: Line, answer: Answer): undefined {
    const place = this.#open.findIndex(({ text }) => isAnswered(text, answer))
    const earlier = this.#answered.get(answer.token)
    const [asked] = this.#open.slice(Math.max(0, place))
    if (place < 0 && earlier) return this.#break('answered twice', `answered ${answer.token} again`, [earlier, line])
    if (place < 0 || !asked)
      return this.#break('strange answer', `answered ${answer.token}, which nobody asked`, [line])
    const skipped = this.#open.splice(0, place + 1).slice(0, -1)
    this.#answered.set(answer.token, line)
    const excused = skipped.splice(0, this.#givenUp)
    this.#givenUp -= excused.length
    for (const passed of skipped) this.#break('unanswered', `passed over ${passed.text}`, [passed, line])
  }

  #break(rule: string, says: string, lines: readonly Line[]): undefined {
    this.violations.push({ rule, says: `${this.#where} ${says}`, events: lines.map(({ n }) => n) })
    return undefined
  }
}

const isAnswered = (text: string, { kind, token }: Answer): boolean => {
  const request = readRequest(text)
  // Any message may be one at which the bot failed: its processes die.
  return request?.token === token && (kind === 'broke' || answerTo[request.verb] === kind)
}
