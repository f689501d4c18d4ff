import type { JournalLine } from '../history/event.js'
import type { Line, Story } from '../history/story.js'
import { readAnswer, readRequest } from '../programs/speech.js'
import { type BotRoom, sorryForTimers } from './answers.js'
import type { Violation } from './violation.js'

/** Every timer that was set fired once, not before its time, and not after it was dropped. */
export const checkTimers = (story: Story): Violation[] =>
  [...story.rooms].flatMap(([conversation, { bots }]) =>
    bots.flatMap((bot) => checkBot(bot, { id: conversation, bots }, story)),
  )

/** Timers of a conversation that are set, and will fire. */
export const openTimers = (room: BotRoom, journal: readonly JournalLine[]): readonly string[] =>
  room.bots.flatMap((bot) =>
    [...timersOf(bot, journal)]
      .filter(([, timer]) => isOpen(timer))
      .slice(sorryForTimers(bot, room, journal))
      .map(([token]) => `${bot}'s timer ${token}`),
  )

/** What a journal says of one timer of one bot. */
interface Timer<L extends JournalLine> {
  /** The message that asked for it. */
  asked?: L
  /** MQTT 3.1.1 may ask twice. */
  sets: L[]
  rings: L[]
  dropped?: L
}

const timersOf = <L extends JournalLine>(bot: string, lines: readonly L[]): Map<string, Timer<L>> => {
  const timers = new Map<string, Timer<L>>()
  const timerOf = (token: string) => {
    const timer = timers.get(token) ?? { sets: [], rings: [] }
    timers.set(token, timer)
    return timer
  }
  const asked = new Map<string, L>()
  /** By the token of the message that asks to drop it. */
  const drops = new Map<string, string>()
  for (const line of lines) {
    const request = readRequest(line.text)
    if (request?.verb === 'remind' && !asked.has(request.token)) asked.set(request.token, line)
    if (request?.verb === 'drop' && request.of !== undefined) drops.set(request.token, request.of)
    const answer = line.from === bot ? readAnswer(line.text) : undefined
    if (answer?.kind === 'set') timerOf(answer.token).sets.push(line)
    if (answer?.kind === 'ring') timerOf(answer.token).rings.push(line)
    const of = answer?.kind === 'dropped' ? drops.get(answer.token) : undefined
    if (of !== undefined) timerOf(of).dropped = line
  }
  for (const [token, timer] of timers) {
    const message = asked.get(token)
    if (message) timer.asked = message
  }
  return timers
}

const isOpen = ({ sets: [set], rings, dropped }: Timer<JournalLine>): boolean =>
  set !== undefined && rings.length === 0 && !(dropped && dropped.seq > set.seq)

const checkBot = (bot: string, room: BotRoom, story: Story): Violation[] => {
  const lines = story.journals.get(room.id) ?? []
  let givenUp = sorryForTimers(bot, room, lines)
  return [...timersOf(bot, lines)].flatMap(([token, timer]) => {
    const found = check(timer, story)
    const left = found?.rule === 'timer never' && givenUp-- > 0 ? undefined : found
    if (!left) return []
    const says = `${bot}'s timer ${token} in ${room.id} ${left.says}`
    return [{ ...left, says, events: left.events.map(({ n }) => n) }]
  })
}

const check = (timer: Timer<Line>, { whole, clockWasSet }: Story) => {
  const { asked, sets, rings, dropped } = timer
  const [set] = sets
  const [ring] = rings
  if (!set) return ring && { rule: 'strange timer', says: 'fired and was never set', events: rings }
  // One that was set again after it had fired fires again.
  if (rings.length > sets.length)
    return { rule: 'timer twice', says: `fired ${rings.length} times`, events: [...sets, ...rings] }
  if (whole && isOpen(timer)) return { rule: 'timer never', says: 'was set and never fired', events: [set] }
  if (ring && dropped && dropped.seq > set.seq && ring.seq > dropped.seq && sets.length === 1)
    return { rule: 'timer dropped', says: 'fired after it was dropped', events: [set, dropped, ring] }
  const due = asked && asked.at + (readRequest(asked.text)?.ms ?? 0)
  if (ring && asked && due !== undefined && !clockWasSet && ring.at < due)
    return { rule: 'timer early', says: `fired ${due - ring.at} ms too early`, events: [asked, set, ring] }
  return undefined
}
