import type { Announcement } from './announcement.js'
import type { Instance } from './instance.js'

/** What instances announce of a service, and when they did. */
export interface Announced {
  announcement: Pick<Announcement, 'version' | 'description' | 'methods'>
  /** Higher than that of those who did so before. */
  announced: number
}

/** What the instances of a service on one node are, all together. */
export interface Offer {
  instances: number
  /** Those with the same methods, and how many calls they take at once; without methods: of any. */
  groups: readonly { methods?: readonly string[]; capacity: number }[]
  newest: Announced
}

/** The newest one that says what it does, for while there are several versions: what it has is there to stay. */
export const newestOf = <T extends Announced>(all: readonly T[]): T | undefined => {
  const newestFirst = all.toSorted((one, other) => other.announced - one.announced)
  return newestFirst.find(({ announcement }) => announcement.methods) ?? newestFirst[0]
}

/** `undefined` where there are none. */
export const offerOf = (instances: readonly Instance[], usualCapacity: number): Offer | undefined => {
  const newest = newestOf(instances)
  if (!newest) return undefined
  const groups = new Map<string, { methods?: readonly string[]; capacity: number }>()
  for (const { announcement } of instances) {
    const methods = announcement.methods && Object.keys(announcement.methods)
    const key = methods?.join(' ') ?? ''
    const group = groups.get(key) ?? { ...(methods && { methods }), capacity: 0 }
    group.capacity += announcement.capacity ?? usualCapacity
    groups.set(key, group)
  }
  const { announcement, announced } = newest
  return { instances: instances.length, groups: [...groups.values()], newest: { announcement, announced } }
}
