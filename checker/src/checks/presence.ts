import type { HistoryEvent } from '../history/event.js'
import type { Story } from '../history/story.js'
import type { Violation } from './violation.js'

type Told = HistoryEvent & { what: 'told' }

/** In the end each client is told of as it is, by calls and to those who watch; strangers are never told of. */
export const checkPresence = ({ events, rooms, listeners }: Story): Violation[] => {
  const finals = events.flatMap((event) => (event.what === 'presence' ? [event] : []))
  const wrong = finals
    .filter(({ told, is }) => told !== is)
    .map(({ n, client, told, is }) => ({
      rule: 'presence',
      says: `${client} is ${is} in the end, and a call answers ${told ?? 'nothing'}`,
      events: [n],
    }))
  const last = new Map<string, Told>()
  for (const event of events) if (event.what === 'told') last.set(`${event.who} ${event.about}`, event)
  const clients = new Map(listeners.map(({ name, client }) => [name, client]))
  const share = (one: string | undefined, other: string) =>
    one === other || [...rooms.values()].some(({ members }) => members.includes(other) && members.includes(one ?? ''))
  const strangers = [...last.values()]
    .filter(({ who, about }) => !share(clients.get(who), about))
    .map(({ n, who, about }) => ({ rule: 'stranger', says: `${who} was told of ${about}`, events: [n] }))
  const stale = [...last.values()].flatMap((told) => {
    const final = finals.find(({ client }) => client === told.about)
    if (!final || final.is === told.status) return []
    const says = `${told.who} was told last that ${told.about} is ${told.status}, and it is ${final.is}`
    return [{ rule: 'stale', says, events: [told.n, final.n] }]
  })
  const untold = [...new Set([...last.values()].map(({ who }) => who))].flatMap((who) =>
    finals
      .filter(({ client, is }) => is !== 'offline' && share(clients.get(who), client) && !last.has(`${who} ${client}`))
      .map(({ n, client, is }) => ({
        rule: 'untold',
        says: `${who} was never told that ${client} is ${is}`,
        events: [n],
      })),
  )
  return [...wrong, ...strangers, ...stale, ...untold]
}
