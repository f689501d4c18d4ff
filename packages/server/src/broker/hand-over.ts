import { distributeBy } from './distribute.js'
import { countLost } from './lost.js'
import { aged } from './message.js'
import type { Router } from './router.js'
import type { Services } from './services.js'
import type { SharedMessage } from './session/window.js'

/**
 * Gives messages of a connection that has gone to other members of its shared subscriptions (MQTT 5, 4.8.2), each as a
 * new message to them. Those for members whose queue is in memory are sent before this returns.
 */
export const handOver = async (services: Services, router: Router, left: readonly SharedMessage[]): Promise<void> => {
  const { sessions, clock, log, counters, accounts } = services
  const now = clock.now()
  const handOne = async ({ message, share }: SharedMessage) => {
    const living = aged(message, now)
    if (!living) return countLost({ counters, traffic: accounts.traffic(message.vendor) }, 'expired')
    const route = router.shareGroup(share)?.pick(living.topic)
    if (route) await distributeBy(sessions, route, living)
  }
  await Promise.all(left.map(handOne)).catch((error: unknown) =>
    log.error({ error: String(error) }, 'Messages of a shared subscription could not be handed over'),
  )
}
