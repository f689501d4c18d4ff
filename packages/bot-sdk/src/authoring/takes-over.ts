import { isClientId } from '@daakia/protocol'
import type { Schema } from '../asking/schema.js'

/**
 * From whom a bot takes conversations over.
 *
 * @example
 * const takesOver: TakesOver = { from: ['order-bot'], input: z.object({ amount: z.number() }) }
 * bot({ id: 'payment-bot', version: 1, machine, takesOver })
 */
export interface TakesOver {
  /** The ids of the bots that may hand one to it, at most 100; `*` for all bots of the vendor. */
  from: readonly string[] | '*'
  /** What they have to hand over with it: the input of the machine has it as `handedOver.input`. Anything by default. */
  input?: Schema<unknown>
}

const mostNamed = 100

/** @throws TypeError */
export function checkTakesOver(takesOver: TakesOver | undefined): void {
  if (!takesOver || takesOver.from === '*') return
  const wrong = takesOver.from.find((id) => !isClientId(id))
  if (wrong !== undefined) throw new TypeError(`takesOver.from: "${wrong}" can't name a bot`)
  if (takesOver.from.length < 1 || takesOver.from.length > mostNamed)
    throw new TypeError(`takesOver.from: name 1 to ${mostNamed} bots, or give '*'`)
}
