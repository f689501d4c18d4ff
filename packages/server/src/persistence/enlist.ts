import type { Transaction } from '../kv/port.js'
import { conversationsOf } from '../state/roster/tables.js'
import type { BotProfile } from './port.js'
import { bots } from './tables.js'
import { refreshWaiting } from './waiting.js'

/** Makes a client known as a bot; what was said in its conversations before waits for it from now on. */
export const enlistBot = (tx: Transaction, vendor: string, bot: string, profile: BotProfile): void => {
  const known = tx.get(bots, [vendor, bot]) !== undefined
  tx.put(bots, [vendor, bot], profile)
  if (known) return
  for (const conversation of conversationsOf(tx, vendor, bot)) refreshWaiting(tx, { vendor, conversation, bot })
}
