import { acknowledging } from '../load/acknowledging.js'
import type { Rig } from '../load/rig.js'
import { reader } from './fill.js'

const openingCount = 20

/**
 * How long a client waits for its inbox: from its CONNECT until it has subscribed to its messages and was told of each of
 * its conversations, with its last message and what is unread.
 */
export const openings = async (rig: Rig, conversations: number): Promise<number[]> => {
  const waitsMs: number[] = []
  for (let opening = 0; opening < openingCount; opening++) {
    const startedMs = performance.now()
    await rig.visit(reader, async (link) => {
      let left = conversations
      await new Promise<void>((resolve) => {
        acknowledging(link, { message: () => --left === 0 && resolve() })
        link.write(rig.dialect.subscribe(['daak/conversations/+/messages', 'daak/roster/+'], 0, 0))
      })
      waitsMs.push(performance.now() - startedMs)
    })
  }
  return waitsMs
}
