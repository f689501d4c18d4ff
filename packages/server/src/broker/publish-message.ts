import { distribute, type Origin } from './distribute.js'
import type { RoutedMessage } from './port.js'
import type { Router } from './router.js'
import type { Services } from './services.js'

/**
 * Brings a message to its topic from the server's side, such as a will: kept there first where it says RETAIN, so
 * that who subscribes in between finds it.
 */
export const publishMessage = async (
  { sessions, retained }: Services,
  router: Router,
  message: RoutedMessage,
  origin: Origin,
): Promise<number> => {
  if (message.retain) await retained.set(message)
  return distribute(sessions, router, message, origin)
}
