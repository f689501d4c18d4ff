import { threeAround } from '../../support/names-by-partition.js'
import { type PartedNode, partedNodes, partitionOf, vendor } from '../../support/parted-nodes.js'

/** Of these only `cy` lies where the conversation does, in the partition `home`, and no two of them lie together. */
export const { home, ana, ben, cy } = threeAround('team', partitionOf)
export const all: readonly string[] = [ana, ben, cy]

export const makeTeam = ({ store }: PartedNode, members = all) =>
  store.conversation(vendor, 'team', { members, at: 500 })

/** Nodes that share partitions, and the first one of them, which has made the team. */
export const openTeam = async (members = all, options: { isDeaf?: boolean; turnsAway?: () => number } = {}) => {
  const nodes = partedNodes()
  const one = await nodes.open(options)
  await makeTeam(one, members)
  return { nodes, one }
}

/** By the vendor. */
export const change = ({ store }: PartedNode, id: string, change: 'joined' | 'left', client: string) =>
  store.changeMembers(vendor, 'team', { from: 'shop', fromRole: 'vendor', id, at: 600, change, clients: [client] })

export const rosterOf = async ({ roster }: PartedNode, client: string): Promise<string[]> =>
  (await roster.list(vendor, client, '', 10)).map(({ conversation }) => conversation)
