import type { Hearing } from '../history/event.js'
import { type Heard, type Line, type Listener, offsetOf, type Story } from '../history/story.js'
import { grouped } from './grouped.js'
import { Plain } from './plain.js'
import { checkResyncs, lossOf, timelinesOf } from './timelines.js'
import { unseenIn } from './unseen.js'
import type { Violation } from './violation.js'

/** Every device heard the same: all that was said to its client, as the journals have it, in their order. */
export const checkReaders = (story: Story): Violation[] => {
  const isUnseen = unseenIn(story)
  const plain = new Plain(story, isUnseen)
  return [
    ...story.events
      .filter(({ what }) => what === 'session-lost')
      .map(({ n, who }) => ({ rule: 'session lost', says: `${who} came back and its session was gone`, events: [n] })),
    ...story.listeners.flatMap((listener) => {
      const words = checkWords(listener, story)
      const gone = new Map(words.flatMap(({ event }) => entryOf(event, lossOf(event, listener, story, isUnseen))))
      const unseen = [...gone.values()].filter(isUnseen).length
      const kept = listener.heard.filter((event) => !gone.has(event))
      return [
        ...checkResyncs(listener, story),
        ...words.filter(({ event }) => !gone.has(event)).map(({ violation }) => violation),
        ...checkOrder(listener, kept, story, plain),
        ...checkRepeats(listener, kept, story, plain),
        ...except(unseen, checkComplete(listener, kept, story)),
      ]
    }),
  ]
}

const entryOf = <K, V>(key: K, value: V | undefined): [K, V][] => (value === undefined ? [] : [[key, value]])

/** Where nobody was left to notice that something is gone, as much that came in its place may be missed. */
const except = (count: number, missed: readonly Violation[]): readonly Violation[] =>
  missed.length <= count ? [] : missed

/** What a device is told that is told no `seq`: it has MQTT 3.1.1. */
const plainOf = ({ text, plain = text }: Line): string => plain

/** What was heard is what the journal has there, and where the inbox says it is. */
const checkWords = (listener: Listener, { journals, inboxes, whole }: Story) => {
  if (!whole) return []
  const { name, client, heard } = listener
  const places = new Map((inboxes.get(client) ?? []).map((entry) => [entry.offset, entry]))
  const own = new Set((inboxes.get(client) ?? []).map(({ conversation, seq }) => `${conversation} ${seq}`))
  const check = (event: Heard): Violation | undefined => {
    const { n, conversation, seq, id, from, text, pos } = event
    const events = [n]
    const lines = journals.get(conversation) ?? []
    const line = seq === undefined ? lines.find((other) => plainOf(other) === text) : lines[seq - 1]
    if (!line) return { rule: 'heard in vain', says: `${name} heard ${text}, which ${conversation} has not`, events }
    const told = seq === undefined ? plainOf(line) : line.text
    if (told !== text || (id !== undefined && (line.id !== id || line.from !== from)))
      return { rule: 'altered', says: `${name} heard ${text} as seq ${seq} of ${conversation}`, events: [n, line.n] }
    if (seq !== undefined && !own.has(`${conversation} ${seq}`)) {
      const says = `${name} heard seq ${seq} of ${conversation}, which was not for ${client}`
      return { rule: 'heard in vain', says, events }
    }
    const place = pos === undefined ? undefined : places.get(offsetOf(pos))
    if (pos !== undefined && (place?.conversation !== conversation || place.seq !== seq)) {
      const says = `${name} heard seq ${seq} of ${conversation} at ${pos}, where the inbox has something else`
      return { rule: 'misplaced', says, events: place ? [n, place.n] : [n] }
    }
    return undefined
  }
  return heard.flatMap((event) => {
    const violation = check(event)
    return violation ? [{ event, violation }] : []
  })
}

/** The place of what was heard in its conversation; undefined where MQTT 3.1.1 can't tell it from others. */
const placesIn = ({ journals }: Story) => {
  const byText = new Map<string, Map<string, readonly Line[]>>()
  for (const [conversation, lines] of journals)
    byText.set(
      conversation,
      grouped(lines, ({ text }) => text),
    )
  return ({ conversation, seq, text }: Hearing): number | undefined => {
    if (seq !== undefined) return seq
    const same = byText.get(conversation)?.get(text) ?? []
    return same.length === 1 ? same[0]?.seq : undefined
  }
}

/**
 * What was not acknowledged on one connection comes again on later ones, not only the next, and so across a `resync` that came before its
 * acknowledgement: at the place where it was.
 */
const sentAgainIn = (heard: readonly Heard[]): ReadonlySet<Heard> => {
  const first = new Map<string, Heard>()
  const again = new Set<Heard>()
  for (const event of heard) {
    const { pos, dup, connection } = event
    if (pos === undefined) continue
    const before = first.get(pos)
    if (!before) first.set(pos, event)
    else if (dup && before.connection !== connection) again.add(event)
  }
  return again
}

/** For the first time, messages come in the order of their conversation, and so they do after each `resync`. */
const checkOrder = ({ name, heard }: Listener, kept: readonly Heard[], story: Story, plain: Plain): Violation[] => {
  const placeOf = placesIn(story)
  const tellsSeqs = heard.some(({ seq }) => seq !== undefined)
  const sentAgain = sentAgainIn(heard)
  const timelines = tellsSeqs ? timelinesOf(heard) : [kept]
  const byConversation = timelines.flatMap((line) => [...grouped(line, ({ conversation }) => conversation).values()])
  return byConversation.flatMap((events) => {
    const seen = new Set<number>()
    let last: { event: Heard; place: number } | undefined
    for (const event of events) {
      const place = placeOf(event)
      if (place === undefined || seen.has(place) || sentAgain.has(event)) continue
      seen.add(place)
      if (!plain.isSure(event, name)) continue
      if (last && place < last.place) {
        const says = `${name} heard seq ${last.place} of ${event.conversation} before ${place}`
        return [{ rule: 'heard out of order', says, events: [last.event.n, event.n] }]
      }
      last = { event, place }
    }
    return []
  })
}

/**
 * Nothing comes twice: never to who tells its place, or uses the SDK; to a session, not on one connection, for what was
 * not acknowledged comes again on the next. After a `resync` everything does.
 */
const checkRepeats = (
  { name, way, heard }: Listener,
  kept: readonly Heard[],
  story: Story,
  plain: Plain,
): Violation[] => {
  const isKept = new Set(kept)
  const placeOf = placesIn(story)
  const across = way === 'session' ? ({ connection }: Heard) => `${connection}` : () => ''
  const placed = timelinesOf(heard).flatMap((line, timeline) =>
    line
      .filter((event) => isKept.has(event))
      .flatMap((event) => {
        const place = placeOf(event)
        return place === undefined
          ? []
          : [{ event, key: `${timeline} ${across(event)} ${event.conversation} ${place}` }]
      }),
  )
  return [...grouped(placed, ({ key }) => key).values()]
    .map((same) => same.map(({ event }) => event))
    .filter((same) => same.length > 1 + plain.repeatsAllowed(same, name))
    .map((same) => ({
      rule: 'heard twice',
      says: `${name} heard ${same[0]?.text} in ${same[0]?.conversation} ${same.length} times`,
      events: same.map(({ n }) => n),
    }))
}

const checkComplete = ({ name, client, start = 0 }: Listener, heard: readonly Heard[], story: Story): Violation[] => {
  if (!story.whole) return []
  const texts = new Set(heard.map(({ conversation, text }) => `${conversation} ${text}`))
  const seqs = new Set(heard.map(({ conversation, seq }) => `${conversation} ${seq}`))
  const tellsSeqs = heard.some(({ seq }) => seq !== undefined)
  const missing = (story.inboxes.get(client) ?? []).filter(({ offset, conversation, seq }) => {
    if (offset <= start) return false
    const line = story.journals.get(conversation)?.[seq - 1]
    return tellsSeqs ? !seqs.has(`${conversation} ${seq}`) : line && !texts.has(`${conversation} ${plainOf(line)}`)
  })
  return missing.map(({ n, conversation, seq }) => {
    const line = story.journals.get(conversation)?.[seq - 1]
    const says = `${name} never heard seq ${seq} of ${conversation}: ${line?.text}`
    return { rule: 'not heard', says, events: [n, ...around(heard, conversation, seq)] }
  })
}

/** What was heard just before and after a message that was not. */
const around = (heard: readonly Heard[], conversation: string, seq: number): number[] => {
  const inIt = heard.filter((event) => event.conversation === conversation && event.seq !== undefined)
  const before = inIt.findLast((event) => (event.seq as number) < seq)
  const after = inIt.find((event) => (event.seq as number) > seq)
  return [before, after].flatMap((event) => (event ? [event.n] : []))
}
