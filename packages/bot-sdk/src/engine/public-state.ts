import type { PublicState } from '@daakia/protocol'
import type { AnyActorRef, AnyMachineSnapshot } from 'xstate'
import { childrenOf } from './actor-tree.js'
import type { Kinds } from './kinds.js'
import { isActive } from './open-question.js'
import { acceptedTypes, isHost } from './routing.js'

/** Where a run stands, as its members may see it. */
export const publicState = (root: AnyActorRef, kinds: Kinds): PublicState => {
  const { value, tags } = shownBy(root)
  return { value, tags: [...tags].sort(), accepts: acceptedTypes(root, kinds) }
}

type Shown = Pick<AnyMachineSnapshot, 'value'> & { tags: ReadonlySet<string> }

/** A machine that holds conversations shows the one that is open, too. */
function shownBy(actor: AnyActorRef): Shown {
  const { value, tags } = actor.getSnapshot() as AnyMachineSnapshot
  const open = isHost(actor) ? newestOf(actor) : undefined
  if (!open) return { value, tags }
  const inner = shownBy(open)
  return { value: { [String(value)]: { [String(open.src)]: inner.value } }, tags: new Set([...tags, ...inner.tags]) }
}

const newestOf = (host: AnyActorRef): AnyActorRef | undefined =>
  childrenOf(host).findLast(([, child]) => isActive(child))?.[1]
