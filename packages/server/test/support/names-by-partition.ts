import { numberOf } from '../../src/kv/partitions/number-of.js'

/** As a server that trusts everybody has it. */
const vendorOfAll = 'dev'

/** The partition of a client, or of a conversation, of a server that trusts everybody. */
export const partitionAmong =
  (partitions: number) =>
  (name: string): number =>
    numberOf(vendorOfAll, name, partitions)

/**
 * A name of those that begin so.
 *
 * @throws Error where none is found
 */
export const nameWhere = (beginning: string, isMeant: (name: string) => boolean): string => {
  const found = Array.from({ length: 400 }, (_, i) => `${beginning}-${i}`).find(isMeant)
  if (found === undefined) throw new Error(`No name of ${beginning} is meant`)
  return found
}

/** A conversation, and three people of whom only the third one lies where it does, and no two together. */
export const threeAround = (conversation: string, partitionOf: (name: string) => number) => {
  const home = partitionOf(conversation)
  const ana = nameWhere('person', (name) => partitionOf(name) !== home)
  const ben = nameWhere('person', (name) => ![home, partitionOf(ana)].includes(partitionOf(name)))
  const cy = nameWhere('person', (name) => partitionOf(name) === home)
  return { home, ana, ben, cy }
}
