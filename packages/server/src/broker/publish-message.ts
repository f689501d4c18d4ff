import type { Excess } from '../limits/port.js'
import { countExcess } from '../limits/refuse.js'
import { distribute, type Origin } from './distribute.js'
import type { RoutedMessage } from './port.js'
import type { Router } from './router.js'
import type { Services } from './services.js'

/**
 * Brings a message to its topic from the server's side, such as a will: kept there first where it says RETAIN, so
 * that who subscribes in between finds it. Answers how many it reached, or why its publisher may not keep it there:
 * then it goes nowhere.
 */
export const publishMessage = async (
  { sessions, retained, counters }: Services,
  router: Router,
  message: RoutedMessage,
  origin: Origin,
): Promise<number | Excess> => {
  const excess = message.retain ? await retained.set(message) : undefined
  if (excess) countExcess(counters, excess)
  return excess ?? distribute(sessions, router, message, origin)
}
