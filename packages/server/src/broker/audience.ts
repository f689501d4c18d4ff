import { Route } from './route.js'
import type { ShareGroup } from './share-group.js'
import type { Receiver, Subscriber } from './subscriber.js'

/** Who gets a topic. */
export interface Audience {
  readonly routes: readonly Route[]
  readonly groups: readonly ShareGroup[]
}

/** The audience of a topic from what the trie has under it. */
export const audienceOf = (found: readonly (Subscriber | ShareGroup)[]): Audience => {
  const bySession = new Map<Receiver, [Subscriber, ...Subscriber[]]>()
  const groups: ShareGroup[] = []
  for (const each of found) {
    if ('receiver' in each) gather(bySession, each)
    else groups.push(each)
  }
  return { groups, routes: [...bySession.values()].map((subscribers) => new Route(subscribers)) }
}

const gather = (bySession: Map<Receiver, [Subscriber, ...Subscriber[]]>, subscriber: Subscriber): void => {
  const known = bySession.get(subscriber.receiver)
  if (known) known.push(subscriber)
  else bySession.set(subscriber.receiver, [subscriber])
}
