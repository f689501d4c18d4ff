import { areas as allAreas } from '../areas/index.js'
import { lostOf } from '../checks/journals.js'
import type { Violation } from '../checks/violation.js'
import type { HistoryEvent } from '../history/event.js'
import type { Story } from '../history/story.js'
import { tell } from '../history/story.js'
import { apology } from '../programs/speech.js'

/** What of a history's areas is broken. */
export interface Verdict {
  story: Story
  broken: readonly (Violation & { area: string })[]
}

export const judge = (events: readonly HistoryEvent[], areas: readonly string[]): Verdict => {
  const story = tell(events)
  // What is promised of messages is promised of all that the other areas say, too.
  const chosen = allAreas.filter(({ name }) => name === 'messages' || areas.includes(name))
  return { story, broken: chosen.flatMap((area) => area.check(story).map((found) => ({ area: area.name, ...found }))) }
}

const mostShown = 5
const mostEventsShown = 6

/** For people: what was done, and what broke, with the events that show it. */
export const describe = ({ story, broken }: Verdict): string => {
  const rules = new Map<string, (Violation & { area: string })[]>()
  for (const found of broken) {
    const name = `${found.area}: ${found.rule}`
    rules.set(name, [...(rules.get(name) ?? []), found])
  }
  const told = [...rules].map(([name, found]) => describeRule(name, found, story.events))
  const verdict = broken.length === 0 ? 'Nothing was broken.' : `${broken.length} promises were broken.`
  return [summary(story), ...told, verdict].join('\n\n')
}

const describeRule = (name: string, found: readonly Violation[], events: readonly HistoryEvent[]): string => {
  const shown = found.slice(0, mostShown).map(({ says, events: shown }) => {
    const lines = [...new Set(shown)].slice(0, mostEventsShown).map((n) => `      ${describeEvent(events[n])}`)
    return [`    ${says}`, ...lines].join('\n')
  })
  const more = found.length > mostShown ? [`    and ${found.length - mostShown} more`] : []
  return [`  ✗ ${name} (${found.length})`, ...shown, ...more].join('\n')
}

const describeEvent = (event: HistoryEvent | undefined): string => {
  if (!event) return '?'
  const { n, ms, who, type, what, ...rest } = event
  return `#${n} +${(ms / 1000).toFixed(3)} s ${who} ${what} ${type} ${JSON.stringify(rest)}`
}

const summary = (story: Story): string => {
  const { events, sent, reads, listeners, journals, rooms, whole } = story
  const count = (type: string) => sent.filter(({ end }) => end?.type === type).length
  const heard = listeners.reduce((sum, { heard }) => sum + heard.length, 0)
  const lines = [...journals].flatMap(([conversation, found]) => found.map((line) => ({ conversation, ...line })))
  const ofBots = lines.filter(({ conversation, from }) => rooms.get(conversation)?.bots.includes(from))
  const rings = ofBots.filter(({ text }) => text.startsWith('ring ')).length
  const givenUp = ofBots.filter(({ text }) => text === apology).length
  const faults = events.filter((event) => event.what === 'fault' && event.phase === 'begins').length
  return [
    `${events.length} events; ${faults} faults`,
    `${sent.length} sends: ${count('ok')} acknowledged, ${count('fail')} refused, ${sent.length - count('ok') - count('fail')} unknown`,
    `${lines.length} messages in ${journals.size} journals, heard ${heard} times; ${reads.length} histories read`,
    `${ofBots.length} said by bots, ${rings} timers fired, ${givenUp} given up after three tries`,
    ...lossesOf(story),
    ...leftOver(events),
    ...(whole ? [] : ['The history has no end: what is missing in it was not looked for.']),
  ].join('\n')
}

/** What was lost, so that a run that has lost nothing is not taken for more than it is. */
const lossesOf = (story: Story): string[] => {
  const { events, losses } = story
  if (!events.some(({ what }) => what === 'shards')) return []
  const setbacks = events.flatMap((event) => (event.what === 'setback' ? [event] : []))
  const commits = setbacks.reduce((sum, { commits }) => sum + commits, 0)
  if (losses.isAwaited)
    return commits > 0
      ? [`${setbacks.length} setbacks noticed, of ${commits} commits that nobody was acknowledged`]
      : []
  const lost = `${lostOf(story).length} acknowledged messages lost`
  return [
    `${losses.successions.length} masters may have lost something: ${lost}; ${setbacks.length} setbacks noticed, of ${commits} commits`,
  ]
}

const leftOver = (events: readonly HistoryEvent[]): string[] =>
  events.flatMap((event) =>
    event.what === 'left-over' ? [`Never came to rest: ${event.items.slice(0, mostShown).join('; ')}`] : [],
  )
