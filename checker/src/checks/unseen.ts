import { lateMs } from '../history/late.js'
import type { Loss } from '../history/losses.js'
import type { Death } from '../history/nodes.js'
import type { Sent, Story } from '../history/story.js'
import { lossesOf, lostOf } from './journals.js'

/** Whether nobody may have noticed it, as no node was left that had seen what is gone. */
export type IsUnseen = (loss: Loss) => boolean

export const unseenIn = (story: Story): IsUnseen => {
  const lost = lostOf(story)
  const known = new Map<Loss, boolean>()
  return (loss) => {
    const found = known.get(loss) ?? isUnseen(loss, lost, story)
    known.set(loss, found)
    return found
  }
}

const isUnseen = (loss: Loss, lost: readonly Sent[], story: Story): boolean => {
  if (loss.setbacks.length > 0) return false
  const deaths = loss.deaths.filter((death) => !hasLooked(death, loss, story))
  const isDead = ({ node, ms }: Witness) => deaths.some((death) => death.node === node && death.ms >= ms - lateMs)
  return deaths.length > 0 && witnessesOf(loss, lost, story).every(isDead)
}

/** A node that has written something of a partition, and so has seen how much that had. */
interface Witness {
  node: string
  /** When that was known. */
  ms: number
}

/** Whoever writes to the partition after another Redis was elected looks first whether that has less than was seen. */
const hasLooked = (death: Death, loss: Loss, story: Story): boolean => {
  const after = story.sent.filter(
    ({ ms, conversation }) => ms >= loss.electedMs && story.losses.of(conversation).includes(loss),
  )
  return after.some((op) => writersOf(op, story).some(({ node, ms }) => node === death.node && ms < death.ms))
}

/** Who wrote what was acknowledged, and is gone by this loss and no other. */
const witnessesOf = (loss: Loss, lost: readonly Sent[], story: Story): readonly Witness[] =>
  lost.flatMap((op) => {
    const by = lossesOf(op, story)
    return by.length === 1 && by[0] === loss ? writersOf(op, story) : []
  })

/** The node that wrote it, where that is known: of other copies it may have been another one. */
const writersOf = (op: Sent, story: Story): readonly Witness[] => {
  if (!isOnlyCopy(op, story)) return []
  const { who, end } = op
  const node = story.nodes.by({ who, ms: end.ms })
  return node === undefined ? [] : [{ node, ms: end.ms }]
}

type Acknowledged = Sent & Required<Pick<Sent, 'end'>>

/** Whether it was acknowledged, and put on the wire once. What the client SDK does nobody knows, and it takes its own copy for an acknowledgement. */
export const isOnlyCopy = (op: Sent, { listeners }: Story): op is Acknowledged =>
  op.end?.type === 'ok' && op.end.copies === 1 && !listeners.some(({ name, way }) => name === op.who && way === 'sdk')
