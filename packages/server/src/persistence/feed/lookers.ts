import type { Peers } from '../../peers/port.js'
import { heaviest } from '../../rendezvous.js'

/** So many nodes look at each partition, so that one of them lives when another has died. */
const lookers = 2

/** Whether this node is one of those that look at the partition with this number. */
export const looksAt = ({ node, members }: Pick<Peers, 'node' | 'members'>, partition: number): boolean => {
  let left = members
  for (let rank = 0; rank < lookers && left.length > 0; rank++) {
    const first = heaviest(`feed ${partition}`, left, (each) => each)
    if (first === node) return true
    left = left.filter((each) => each !== first)
  }
  return false
}
